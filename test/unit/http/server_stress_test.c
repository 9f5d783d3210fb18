/* The server under load, slowness, cuts and endings. What it answers is in server_test.c. */
#include "http/server_fixture.h"

#include <dirent.h>
#include <sys/resource.h>
#include <time.h>

#define H "Host: 127.0.0.1:PORT\r\n"
#define TEXT(literal) literal, sizeof(literal) - 1

/* So short that the tests of stuck peers are, too. */
static const struct http_options HASTY = {.idle_timeout_s = 1, .connection_timeout_s = 3};

static void sleep_ms(long ms)
{
	struct timespec time = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&time, NULL);
}

static int connect_and_send(const struct fixture *fixture, const char *text, size_t length)
{
	struct buf request;
	buf_init(&request, 1 << 20);
	client_fill_port(fixture, text, length, &request);
	int fd = client_connect(fixture);
	assert_true(client_send(fd, request.data, request.length));
	buf_release(&request);
	return fd;
}

static void wait_for_connections(struct fixture *fixture, int count)
{
	int now = -1;
	for (int waited_ms = 0; waited_ms < FIXTURE_PATIENCE_MS; waited_ms += 20) {
		now = fixture_command(fixture, 'c');
		if (now == count)
			return;
		sleep_ms(20);
	}
	fail_msg("%d connections are open, not %d", now, count);
}

static void expect_status(int fd, int status)
{
	struct buf answer;
	buf_init(&answer, FIXTURE_BIG_FILE + (1 << 20));
	client_read_all(fd, &answer);
	if (answer_status(&answer) != status)
		fail_msg("status %d, not %d", answer_status(&answer), status);
	buf_release(&answer);
	close(fd);
}

static void expect_service(const struct fixture *fixture)
{
	expect_status(connect_and_send(fixture, TEXT("GET / HTTP/1.1\r\n" H "\r\n")), 200);
}

static char *make_bytes(size_t length)
{
	char *bytes = mem_alloc_zero(length, 1);
	uint32_t word = 1;
	for (size_t i = 0; i < length; i++) {
		word = word * 1664525u + 1013904223u;
		bytes[i] = (char)(word >> 24);
	}
	return bytes;
}

static int start_upload(const struct fixture *fixture, size_t announced)
{
	char *head = mem_format("POST /upload HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n", announced);
	int fd = connect_and_send(fixture, head, strlen(head));
	free(head);
	return fd;
}

static void uploads_arrive_whole(void **state)
{
	static const struct {
		size_t length, piece;
	} rows[] = {{1, 1}, {1000, 1}, {32 * 1024, 4096}, {1 << 20, 999}, {FIXTURE_BODY_CEILING, 1 << 16},
		{FIXTURE_BODY_CEILING - 1, 1 << 22}};
	struct fixture *fixture = fixture_start((struct http_options){0});
	char *bytes = make_bytes(FIXTURE_BODY_CEILING);
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char hash[HASH_HEX_SIZE];
		int fd = start_upload(fixture, rows[i].length);
		for (size_t at = 0; at < rows[i].length; at += rows[i].piece) {
			size_t left = rows[i].length - at;
			assert_true(client_send(fd, bytes + at, left < rows[i].piece ? left : rows[i].piece));
		}
		expect_status(fd, 204);
		hash_bytes_hex(bytes, rows[i].length, hash);
		assert_int_equal(fixture->seen->body_length, rows[i].length);
		assert_string_equal(fixture->seen->body_hash, hash);
	}
	assert_int_equal(fixture->seen->calls, sizeof rows / sizeof *rows);
	free(bytes);
	fixture_stop(fixture);
}

enum ending { CLOSE, HALF_CLOSE, RESET };

static void end_client(int fd, enum ending ending)
{
	const struct linger at_once = {1, 0};
	if (ending == HALF_CLOSE) {
		shutdown(fd, SHUT_WR);
		expect_status(fd, 0);
		return;
	}
	if (ending == RESET)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(fd);
}

static void truncated_uploads_are_not_handled(void **state)
{
	static const size_t sent[] = {0, 1, 5000, 99999};
	static const enum ending endings[] = {CLOSE, HALF_CLOSE, RESET};
	struct fixture *fixture = fixture_start((struct http_options){0});
	char *bytes = make_bytes(100000);
	(void)state;
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
		for (size_t j = 0; j < sizeof endings / sizeof *endings; j++) {
			int fd = start_upload(fixture, 100000);
			assert_true(client_send(fd, bytes, sent[i]));
			end_client(fd, endings[j]);
		}
	wait_for_connections(fixture, 0);
	assert_int_equal(fixture->seen->calls, 0);
	expect_service(fixture);
	free(bytes);
	fixture_stop(fixture);
}

/* A Content-Length beyond the ceiling is answered while not a byte of body was sent; a
 * client that pushes the body nevertheless is cut. */
static void oversized_bodies_are_not_read(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){.body_ceiling = 1 << 20});
	char *bytes = make_bytes(8 << 20);
	(void)state;
	expect_status(start_upload(fixture, (1 << 20) + 1), 413);
	int fd = start_upload(fixture, 8 << 20);
	client_send(fd, bytes, 8 << 20);
	close(fd);
	wait_for_connections(fixture, 0);
	assert_int_equal(fixture->seen->calls, 0);
	free(bytes);
	fixture_stop(fixture);
}

static void announced_bodies_are_capped_together(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){.body_ceiling = 1 << 20});
	(void)state;
	int first = start_upload(fixture, 1 << 20);
	int second = start_upload(fixture, 1 << 20);
	wait_for_connections(fixture, 2);
	expect_status(start_upload(fixture, 1), 503);
	expect_status(start_upload(fixture, 0), 204);
	expect_service(fixture);
	close(first);
	wait_for_connections(fixture, 1);
	int third = start_upload(fixture, 1 << 20);
	char *bytes = make_bytes(1 << 20);
	assert_true(client_send(third, bytes, 1 << 20));
	expect_status(third, 204);
	close(second);
	free(bytes);
	fixture_stop(fixture);
}

/* Nothing moves any more, at every point where a request can stop. */
static void stuck_peers_are_cut(void **state)
{
	static const struct {
		const char *text;
		size_t length;
	} rows[] = {
		{TEXT("")}, {TEXT("G")}, {TEXT("GET / HTTP/1.1\r\n")}, {TEXT("GET / HTTP/1.1\r\n" H)},
		{TEXT("GET / HTTP/1.1\r\n" H "X: ")},
		{TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\n")},
		{TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nabc")},
		{TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")},
	};
	enum { ROWS = sizeof rows / sizeof *rows };
	struct fixture *fixture = fixture_start(HASTY);
	int fds[ROWS];
	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		fds[i] = connect_and_send(fixture, rows[i].text, rows[i].length);
	for (size_t i = 0; i < ROWS; i++) {
		struct buf answer;
		buf_init(&answer, 1 << 20);
		client_read_all(fds[i], &answer);
		assert_true(answer.length == 0 || answer_status(&answer) == 100);
		buf_release(&answer);
		close(fds[i]);
	}
	wait_for_connections(fixture, 0);
	assert_int_equal(fixture->seen->calls, 0);
	fixture_stop(fixture);
}

/* One byte at a time, faster than the idle timeout: only the age of the socket ends it. */
static void slow_drips_are_cut(void **state)
{
	static const char *const heads[] = {"GET / HTTP/1.1\r\n" H "X: ",
		"POST /upload HTTP/1.1\r\n" H "Content-Length: 1000000\r\n\r\n"};
	struct fixture *fixture = fixture_start(HASTY);
	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		int fd = connect_and_send(fixture, heads[i], strlen(heads[i]));
		int sent = 0;
		while (client_send(fd, "x", 1) && sent < FIXTURE_PATIENCE_MS / 50) {
			sleep_ms(50);
			sent++;
		}
		assert_true(sent > 20 && sent < FIXTURE_PATIENCE_MS / 50);
		close(fd);
	}
	wait_for_connections(fixture, 0);
	assert_int_equal(fixture->seen->calls, 0);
	expect_service(fixture);
	fixture_stop(fixture);
}

/* Asks for 32 MiB and never reads, or reads a little now and then. */
static void slow_readers_are_cut(void **state)
{
	struct fixture *fixture = fixture_start(HASTY);
	(void)state;
	int still = connect_and_send(fixture, TEXT("GET /big.wasm HTTP/1.1\r\n" H "\r\n"));
	int slow = connect_and_send(fixture, TEXT("GET /big.wasm HTTP/1.1\r\n" H "\r\n"));
	char piece[10000];
	int turns = 0;
	while (fixture_command(fixture, 'c') > 0 && turns++ < FIXTURE_PATIENCE_MS / 50) {
		assert_true(read(slow, piece, sizeof piece) > 0 || turns > 1);
		sleep_ms(50);
	}
	assert_int_equal(fixture_command(fixture, 'c'), 0);
	close(still);
	close(slow);
	expect_service(fixture);
	fixture_stop(fixture);
}

static void half_closed_clients_get_their_answer(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	int fd = connect_and_send(fixture, TEXT("GET / HTTP/1.1\r\n" H "\r\n"));
	shutdown(fd, SHUT_WR);
	expect_status(fd, 200);
	fd = connect_and_send(fixture, TEXT("GET /big.wasm HTTP/1.1\r\n" H "\r\n"));
	shutdown(fd, SHUT_WR);
	expect_status(fd, 200);
	fd = connect_and_send(fixture, TEXT("GET / HTTP/1.1\r\n" H));
	shutdown(fd, SHUT_WR);
	expect_status(fd, 0);
	wait_for_connections(fixture, 0);
	fixture_stop(fixture);
}

static long cpu_ticks(pid_t pid)
{
	char path[64], text[1024];
	long user = 0, system = 0;
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	assert_true(fs_read_small(path, text, sizeof text) > 0);
	/* Fields 14 and 15 of proc(5); the name, field 2, ends at the last ')'. */
	assert_int_equal(sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
		"%ld %ld", &user, &system), 2);
	return user + system;
}

static void floods_wait_outside(void **state)
{
	enum { FLOOD = 150 };
	struct fixture *fixture = fixture_start((struct http_options){0});
	int fds[FLOOD];
	(void)state;
	for (int i = 0; i < FLOOD; i++)
		fds[i] = client_connect(fixture);
	wait_for_connections(fixture, HTTP_CONNECTIONS_MAX);
	long before = cpu_ticks(fixture->pid);
	sleep_ms(1000);
	/* It sleeps although the listener is readable all the time: a spin takes 100 ticks. */
	assert_true(cpu_ticks(fixture->pid) - before < 20);
	assert_int_equal(fixture_command(fixture, 'c'), HTTP_CONNECTIONS_MAX);
	int waiting = connect_and_send(fixture, TEXT("GET / HTTP/1.1\r\n" H "\r\n"));
	/* Stopped meanwhile, the server sees all ends in one pass, the hardest case: nothing
	 * that is open is left to wake it for those who wait. */
	kill(fixture->pid, SIGSTOP);
	for (int i = 0; i < FLOOD; i++)
		close(fds[i]);
	kill(fixture->pid, SIGCONT);
	expect_status(waiting, 200);
	wait_for_connections(fixture, 0);
	fixture_stop(fixture);
}

static void floods_that_stay_are_cut(void **state)
{
	enum { FLOOD = 100 };
	struct fixture *fixture = fixture_start(HASTY);
	int fds[FLOOD];
	(void)state;
	for (int i = 0; i < FLOOD; i++)
		fds[i] = client_connect(fixture);
	expect_service(fixture);
	wait_for_connections(fixture, 0);
	for (int i = 0; i < FLOOD; i++)
		close(fds[i]);
	fixture_stop(fixture);
}

static long wakeups(pid_t pid)
{
	char path[64], text[4096];
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	assert_true(fs_read_small(path, text, sizeof text) > 0);
	const char *line = strstr(text, "\nvoluntary_ctxt_switches:");
	assert_non_null(line);
	return strtol(strchr(line, ':') + 1, NULL, 10);
}

/* 4 s are longer than the hasty limits, so a timer left armed by them would fire; the
 * ordinary ones show a tick or a poll. */
static void an_idle_server_is_not_woken(void **state)
{
	const struct http_options limits[] = {HASTY, {0}};
	(void)state;
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		struct fixture *fixture = fixture_start(limits[i]);
		expect_service(fixture);
		expect_status(connect_and_send(fixture, TEXT("GET /big.wasm HTTP/1.1\r\n" H "\r\n")), 200);
		expect_status(start_upload(fixture, 0), 204);
		close(start_upload(fixture, 10));
		wait_for_connections(fixture, 0);
		sleep_ms(100); /* until the last command's own turn is over */
		long before = wakeups(fixture->pid);
		sleep_ms(4000);
		assert_int_equal(wakeups(fixture->pid), before);
		/* A wake-up counts when the process sleeps again. */
		expect_service(fixture);
		sleep_ms(100);
		assert_true(wakeups(fixture->pid) > before);
		fixture_stop(fixture);
	}
}

static void idle_sockets_are_dropped_on_request(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	int spare = client_connect(fixture);
	int partial = connect_and_send(fixture, TEXT("GET "));
	int upload = start_upload(fixture, 3);
	wait_for_connections(fixture, 3);
	sleep_ms(100); /* the request line of the upload has been read */
	assert_int_equal(fixture_command(fixture, 'd'), 1);
	expect_status(spare, 0);
	expect_status(partial, 0);
	assert_true(client_send(upload, "abc", 3));
	expect_status(upload, 204);
	wait_for_connections(fixture, 0);
	assert_int_equal(fixture_command(fixture, 'd'), 0);
	expect_service(fixture);
	fixture_stop(fixture);
}

/* Freed with a socket open in every state. */
static void freeing_cuts_what_is_open(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	int fds[] = {
		client_connect(fixture),
		connect_and_send(fixture, TEXT("GET / HTTP/1.1\r\n" H)),
		start_upload(fixture, 1000),
		connect_and_send(fixture, TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nabc")),
		connect_and_send(fixture, TEXT("GET /big.wasm HTTP/1.1\r\n" H "\r\n")),
	};
	enum { COUNT = sizeof fds / sizeof *fds };
	wait_for_connections(fixture, COUNT);
	sleep_ms(100);
	fixture_command(fixture, 'f');
	for (int i = 0; i < COUNT; i++) {
		struct buf answer;
		buf_init(&answer, FIXTURE_BIG_FILE);
		client_read_all(fds[i], &answer);
		assert_int_equal(answer_status(&answer), i == COUNT - 1 ? 200 : 0);
		buf_release(&answer);
		close(fds[i]);
	}
	assert_int_equal(fixture->seen->calls, 1);
	fixture_stop(fixture);
}

static void freeing_inside_the_handler(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	int other = client_connect(fixture);
	wait_for_connections(fixture, 1);
	int fd = connect_and_send(fixture, TEXT("GET /free HTTP/1.1\r\n" H "\r\n"));
	struct buf answer;
	buf_init(&answer, 1 << 20);
	client_read_all(fd, &answer);
	client_read_all(other, &answer);
	assert_int_equal(fixture_command(fixture, 'c'), -1);
	buf_release(&answer);
	close(fd);
	close(other);
	fixture_stop(fixture);
}

/* Compares /proc/PID/fd with ours: what the child did not inherit, it opened. */
static bool inherited(const char *target)
{
	char path[64], ours[256];
	for (int fd = 0; fd < 256; fd++) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		ssize_t length = readlink(path, ours, sizeof ours - 1);
		if (length < 0)
			continue;
		ours[length] = '\0';
		if (strcmp(ours, target) == 0)
			return true;
	}
	return false;
}

static bool closes_on_exec(pid_t pid, const char *fd)
{
	char path[64], text[1024];
	unsigned flags = 0;
	snprintf(path, sizeof path, "/proc/%d/fdinfo/%.10s", (int)pid, fd);
	assert_true(fs_read_small(path, text, sizeof text) > 0);
	assert_non_null(strstr(text, "flags:"));
	assert_int_equal(sscanf(strstr(text, "flags:"), "flags: %o", &flags), 1);
	return flags & O_CLOEXEC;
}

/* The supervisor and the browser are executed while connections are open. */
static void no_descriptor_survives_exec(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){0});
	char folder[64];
	int checked = 0;
	(void)state;
	int idle = client_connect(fixture);
	int reader = connect_and_send(fixture, TEXT("GET /big.wasm HTTP/1.1\r\n" H "\r\n"));
	wait_for_connections(fixture, 2);
	snprintf(folder, sizeof folder, "/proc/%d/fd", (int)fixture->pid);
	DIR *listing = opendir(folder);
	assert_non_null(listing);
	for (struct dirent *entry; (entry = readdir(listing));) {
		char target[256] = "";
		ssize_t length = readlinkat(dirfd(listing), entry->d_name, target, sizeof target - 1);
		if (length < 0 || (strstr(target, "anon_inode") == NULL && inherited(target)))
			continue;
		if (!closes_on_exec(fixture->pid, entry->d_name))
			fail_msg("descriptor %s (%s) would be inherited", entry->d_name, target);
		checked++;
	}
	closedir(listing);
	assert_true(checked >= 5); /* listener, epoll, two sockets, the file */
	close(idle);
	close(reader);
	fixture_stop(fixture);
}

static void nothing(const struct http_request *request, struct http_response *response,
	void *context)
{
	(void)request;
	(void)response;
	(void)context;
}

static void ports_and_addresses(void **state)
{
	struct err err = {0};
	struct fixture *fixture = fixture_start((struct http_options){0});
	struct loop *loop = loop_new(&err);
	struct http_options options = {.address = "127.0.0.1", .port = fixture->port,
		.body_ceiling = 1, .handler = nothing};
	char port[16];
	(void)state;
	snprintf(port, sizeof port, "%d", fixture->port);
	assert_null(http_server_new(loop, &options, &err));
	assert_int_equal(err.code, ERR_BUSY);
	assert_non_null(strstr(err.text, port));
	static const char *const addresses[] = {"0.0.0.0", "::1", "localhost", "127.0.0.2", ""};
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		options.address = addresses[i];
		assert_null(http_server_new(loop, &options, &err));
		assert_int_equal(err.code, ERR_USAGE);
	}
	/* Its own answers leave TIME_WAIT on the port; a restart gets it nevertheless. */
	expect_service(fixture);
	wait_for_connections(fixture, 0);
	fixture_command(fixture, 'f');
	options.address = "127.0.0.1";
	struct http_server *server = http_server_new(loop, &options, &err);
	assert_non_null(server);
	assert_int_equal(http_server_port(server), fixture->port);
	assert_string_equal(http_server_origin(server) + strlen("http://127.0.0.1:"), port);
	assert_int_equal(http_server_connections(server), 0);
	http_server_free(server);
	http_server_free(NULL);
	loop_free(loop);
	fixture_stop(fixture);
}

static struct http_server *start_with_limit(struct loop *loop, rlim_t limit, struct err *err)
{
	const struct http_options options = {.address = "127.0.0.1", .body_ceiling = 1,
		.handler = nothing};
	struct rlimit before, low;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = limit;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	struct http_server *server = http_server_new(loop, &options, err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	return server;
}

static int next_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(fd);
	return fd;
}

static void run_one_turn(struct loop *loop)
{
	loop_defer(loop, (loop_deferred_fn)loop_stop, loop);
	loop_run(loop);
}

/* One descriptor more at each try, until it starts: the listener, libmicrohttpd's epoll fd
 * and the loop's dup() are each missing once. What a failed start opened is closed. */
static void without_descriptors(void **state)
{
	struct err err = {0};
	struct loop *loop = loop_new(&err);
	struct http_server *server = NULL;
	int failures = 0;
	(void)state;
	assert_non_null(loop);
	int first = next_fd();
	for (rlim_t limit = (rlim_t)first; !server && failures < 1000; limit++) {
		err_clear(&err);
		server = start_with_limit(loop, limit, &err);
		failures += server == NULL;
		assert_true(server || err.text[0]);
		run_one_turn(loop); /* dup()s are closed by deferred calls */
		assert_true(server || next_fd() == first);
	}
	assert_non_null(server);
	assert_true(failures >= 3);
	http_server_free(server);
	run_one_turn(loop);
	assert_int_equal(next_fd(), first);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uploads_arrive_whole),
		cmocka_unit_test(truncated_uploads_are_not_handled),
		cmocka_unit_test(oversized_bodies_are_not_read),
		cmocka_unit_test(announced_bodies_are_capped_together),
		cmocka_unit_test(stuck_peers_are_cut),
		cmocka_unit_test(slow_drips_are_cut),
		cmocka_unit_test(slow_readers_are_cut),
		cmocka_unit_test(half_closed_clients_get_their_answer),
		cmocka_unit_test(floods_wait_outside),
		cmocka_unit_test(floods_that_stay_are_cut),
		cmocka_unit_test(an_idle_server_is_not_woken),
		cmocka_unit_test(idle_sockets_are_dropped_on_request),
		cmocka_unit_test(freeing_cuts_what_is_open),
		cmocka_unit_test(freeing_inside_the_handler),
		cmocka_unit_test(no_descriptor_survives_exec),
		cmocka_unit_test(ports_and_addresses),
		cmocka_unit_test(without_descriptors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
