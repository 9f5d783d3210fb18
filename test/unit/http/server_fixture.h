/* A server in a child process, and raw sockets to it. In a child, because the tests play
 * the hostile peer with blocking calls, and because a process of its own has wake-ups that
 * can be counted.
 *
 * Ownership: fixture_start() gives a fixture that fixture_stop() ends; it asserts that
 * the child ended cleanly (so a sanitizer's report fails the test). */
#ifndef WASMOGRAPH_TEST_HTTP_SERVER_FIXTURE_H
#define WASMOGRAPH_TEST_HTTP_SERVER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "http/server.h"
#include "loop/loop.h"

enum {
	FIXTURE_BODY_CEILING = 64 << 20,
	FIXTURE_BIG_FILE = 32 << 20,
	FIXTURE_PATIENCE_MS = 60 * 1000, /* a hung server fails the test, nothing shorter does */
};

/* What the handler saw; in memory shared by both processes. */
struct seen {
	int calls;
	int method;
	char path[1024];
	char query[1024];
	char content_type[128];
	size_t body_length;
	char body_hash[HASH_HEX_SIZE];
};

struct fixture {
	pid_t pid;
	int control;
	int port;
	char *folder;
	struct seen *seen;
};

/* The child's side. */
struct fixture_child {
	struct loop *loop;
	struct http_server *server;
	struct loop_fd *watch;
	int control;
	const char *folder;
	char path[256];
	struct seen *seen;
	void *extra; /* the context that the test gave */
};

static inline void fixture_look(struct seen *seen, const struct http_request *request)
{
	seen->method = (int)request->method;
	snprintf(seen->path, sizeof seen->path, "%s", request->path);
	snprintf(seen->query, sizeof seen->query, "%s", request->query);
	snprintf(seen->content_type, sizeof seen->content_type, "%s", request->content_type);
	seen->body_length = request->body_length;
	hash_bytes_hex(request->body, request->body_length, seen->body_hash);
	seen->calls++;
}

static inline void fixture_on_request(const struct http_request *request,
	struct http_response *response, void *context)
{
	static const char *const served[] = {"/page.html", "/big.wasm", "/link.js", "/fifo.js",
		"/gone.js", "/folder.js"};
	struct fixture_child *child = context;
	fixture_look(child->seen, request);
	response->status = 404;
	for (size_t i = 0; i < sizeof served / sizeof *served; i++)
		if (strcmp(request->path, served[i]) == 0) {
			snprintf(child->path, sizeof child->path, "%s%s", child->folder, served[i]);
			*response = (struct http_response){200, .content_type = "text/html",
				.file = child->path};
		}
	if (strcmp(request->path, "/") == 0)
		*response = (struct http_response){200, .content_type = "text/plain",
			.body = "hello", .body_length = 5};
	else if (strcmp(request->path, "/echo") == 0)
		*response = (struct http_response){200, .content_type = "application/octet-stream",
			.body = request->body, .body_length = request->body_length};
	else if (strcmp(request->path, "/upload") == 0)
		*response = request->method == HTTP_POST ? (struct http_response){204} :
			(struct http_response){405, .allow = "POST"};
	else if (strcmp(request->path, "/encoded") == 0)
		*response = (struct http_response){200, .content_type = "text/plain",
			.content_encoding = "br", .body = "xx", .body_length = 2};
	else if (strncmp(request->path, "/without-", strlen("/without-")) == 0)
		*response = (struct http_response){.status = 200, .body = "x", .body_length = 1,
			.without_coop = strstr(request->path, "coop") != NULL, .without_coep = strstr(request->path, "coep") != NULL};
	else if (strcmp(request->path, "/silent") == 0)
		response->status = 0;
	else if (strcmp(request->path, "/free") == 0) {
		http_server_free(child->server);
		child->server = NULL;
		*response = (struct http_response){200};
	}
}

/* One letter a command; every one is answered with an int. */
static inline void fixture_on_control(void *context)
{
	struct fixture_child *child = context;
	char command = 'q';
	if (read(child->control, &command, 1) != 1)
		command = 'q';
	int answer = child->server ? http_server_connections(child->server) : -1;
	if (command == 'd' && child->server) {
		http_server_drop_idle(child->server);
		answer = http_server_connections(child->server);
	} else if (command == 'f' || command == 'q') {
		http_server_free(child->server);
		child->server = NULL;
	}
	if (command == 'q')
		loop_stop(child->loop);
	if (write(child->control, &answer, sizeof answer) != sizeof answer)
		loop_stop(child->loop);
}

static inline int fixture_child_run(struct fixture_child *child, struct http_options *options)
{
	struct err err = {0};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	options->address = "127.0.0.1";
	if (!options->handler)
		options->handler = fixture_on_request;
	child->extra = options->context;
	options->context = child;
	child->loop = loop_new(&err);
	child->server = child->loop ? http_server_new(child->loop, options, &err) : NULL;
	child->watch = child->server ? loop_watch_fd(child->loop, child->control,
		fixture_on_control, child, &err) : NULL;
	int port = child->watch ? http_server_port(child->server) : -1;
	if (port < 0)
		fprintf(stderr, "%s\n", err.text);
	if (write(child->control, &port, sizeof port) != sizeof port || port < 0)
		return 1;
	loop_run(child->loop);
	http_server_free(child->server);
	loop_unwatch_fd(child->watch);
	loop_free(child->loop);
	close(child->control);
	return 0;
}

static inline void fixture_make_files(const char *folder)
{
	struct err err = {0};
	char *page = fs_join(folder, "page.html");
	char *big = fs_join(folder, "big.wasm");
	char *link_path = fs_join(folder, "link.js");
	char *fifo = fs_join(folder, "fifo.js");
	char *inner = fs_join(folder, "folder.js");
	assert_int_equal(fs_write_atomic(page, "<p>page", 7, 0644, &err), 0);
	assert_int_equal(fs_write_atomic(big, "", 0, 0644, &err), 0);
	assert_int_equal(truncate(big, FIXTURE_BIG_FILE), 0);
	assert_int_equal(symlink("page.html", link_path), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(mkdir(inner, 0755), 0);
	free(page);
	free(big);
	free(link_path);
	free(fifo);
	free(inner);
}

/* `limits` gives body_ceiling and timeouts; the rest is filled in. A handler given gets the
 * struct fixture_child as its context, and the context given in its `extra`. */
static inline struct fixture *fixture_start(struct http_options limits)
{
	struct fixture *fixture = mem_alloc_zero(1, sizeof *fixture);
	int ends[2];
	char folder[] = "/tmp/wasmograph-http-test-XXXXXX";
	assert_non_null(mkdtemp(folder));
	fixture->folder = mem_strdup(folder);
	fixture_make_files(folder);
	fixture->seen = mmap(NULL, sizeof *fixture->seen, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(fixture->seen, MAP_FAILED);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	if (!limits.body_ceiling)
		limits.body_ceiling = FIXTURE_BODY_CEILING;
	signal(SIGPIPE, SIG_IGN);
	fflush(NULL);
	fixture->pid = fork();
	assert_true(fixture->pid >= 0);
	if (fixture->pid == 0) {
		struct fixture_child child = {.control = ends[1], .folder = folder,
			.seen = fixture->seen};
		close(ends[0]);
		int code = fixture_child_run(&child, &limits);
		free(fixture->folder);
		free(fixture);
		/* exit() would run cmocka's and print twice; a leak check is what is wanted. */
#ifdef __SANITIZE_ADDRESS__
		extern void __lsan_do_leak_check(void);
		__lsan_do_leak_check();
#endif
		_exit(code);
	}
	close(ends[1]);
	fixture->control = ends[0];
	assert_int_equal(read(fixture->control, &fixture->port, sizeof(int)), sizeof(int));
	assert_true(fixture->port > 0);
	return fixture;
}

static inline int fixture_command(struct fixture *fixture, char command)
{
	int answer = -2;
	assert_int_equal(write(fixture->control, &command, 1), 1);
	assert_int_equal(read(fixture->control, &answer, sizeof answer), sizeof answer);
	return answer;
}

static inline void fixture_stop(struct fixture *fixture)
{
	struct err err = {0};
	int status = -1;
	fixture_command(fixture, 'q');
	assert_int_equal(waitpid(fixture->pid, &status, 0), fixture->pid);
	assert_int_equal(status, 0);
	close(fixture->control);
	assert_int_equal(fs_remove_tree(fixture->folder, &err), 0);
	munmap(fixture->seen, sizeof *fixture->seen);
	free(fixture->folder);
	free(fixture);
}

static inline int client_connect(const struct fixture *fixture)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)fixture->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

/* Sends all; false when the server hung up meanwhile. */
static inline bool client_send(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;
	while (length > 0) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		at += sent;
		length -= (size_t)sent;
	}
	return true;
}

/* Reads until the server closes; a reset ends it too. */
static inline void client_read_all(int fd, struct buf *answer)
{
	char piece[65536];
	for (;;) {
		struct pollfd poll_fd = {fd, POLLIN, 0};
		assert_int_equal(poll(&poll_fd, 1, FIXTURE_PATIENCE_MS), 1);
		ssize_t length = read(fd, piece, sizeof piece);
		if (length <= 0)
			return;
		assert_int_equal(buf_append(answer, piece, (size_t)length), 0);
	}
}

/* "PORT" in a request's text stands for the port. */
static inline void client_fill_port(const struct fixture *fixture, const char *text,
	size_t length, struct buf *request)
{
	size_t from = 0;
	for (size_t i = 0; i + 4 <= length; i++)
		if (memcmp(text + i, "PORT", 4) == 0) {
			buf_append(request, text + from, i - from);
			buf_append_format(request, "%d", fixture->port);
			from = i + 4;
		}
	buf_append(request, text + from, length - from);
}

static inline void client_exchange(const struct fixture *fixture, const char *text,
	size_t length, struct buf *answer)
{
	struct buf request;
	buf_init(&request, 1 << 20);
	client_fill_port(fixture, text, length, &request);
	int fd = client_connect(fixture);
	client_send(fd, request.data, request.length);
	client_read_all(fd, answer);
	close(fd);
	buf_release(&request);
}

/* The answer's status, 0 when the connection was cut without one. */
static inline int answer_status(const struct buf *answer)
{
	int status = 0;
	if (answer->length == 0 || sscanf(answer->data, "HTTP/1.%*c %d ", &status) != 1)
		return 0;
	return status;
}

/* How often the header line stands in the answer's head. */
static inline int answer_count(const struct buf *answer, const char *line)
{
	int count = 0;
	const char *end = answer->length ? strstr(answer->data, "\r\n\r\n") : NULL;
	size_t length = strlen(line);
	for (const char *at = answer->data; end && (at = strstr(at, line)) && at < end; at += length)
		count += at[-1] == '\n' && at[length] == '\r';
	return count;
}

static inline const char *answer_body(const struct buf *answer)
{
	const char *end = answer->length ? strstr(answer->data, "\r\n\r\n") : NULL;
	return end ? end + 4 : "";
}

#endif
