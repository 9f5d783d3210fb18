/* Loading the page again, in a real Chromium: only the new document's load event counts. */
#include "browser/load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "browser/fixture.h"

#define PAGE "data:text/html,<title>test</title><iframe srcdoc='<p>inner'></iframe>"

static void reload(struct fixture *fixture, int64_t deadline_us)
{
	int answers = fixture->answers;
	browser_reload(fixture->browser, deadline_us, fixture_on_loaded, fixture);
	assert_int_equal(fixture->answers, answers); /* never from inside */
	while (fixture->answers == answers)
		fixture_turn(fixture);
}

static void assert_value(struct fixture *fixture, const char *expression, const char *value)
{
	fixture_evaluate(fixture, expression, 10 * FIXTURE_S);
	assert_string_equal(fixture->err.text, "");
	assert_string_equal(fixture->value, value);
}

static void test_the_document_is_a_new_one_and_loaded(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	fixture_start_ready(&fixture);
	reload(&fixture, 10 * FIXTURE_S); /* about:blank will do */
	assert_string_equal(fixture.err.text, "");
	fixture_navigate(&fixture, PAGE, 10 * FIXTURE_S);
	for (int i = 0; i < 5; i++) {
		assert_value(&fixture, "[window.mark ?? 'new', window.mark = 'old', document.title, frames.length,"
			"document.readyState]", "[\"new\",\"old\",\"test\",1,\"complete\"]");
		reload(&fixture, 10 * FIXTURE_S);
		assert_string_equal(fixture.err.text, "");
	}
	fixture.page_events = 0;
	assert_value(&fixture, "new Promise(r => setTimeout(r, 100, 'quiet'))", "\"quiet\"");
	assert_int_equal(fixture.page_events, 0);
	/* A navigation afterwards is as any other, and a second reload while one is under way is refused. */
	fixture_navigate(&fixture, PAGE "<p>", 10 * FIXTURE_S);
	assert_string_equal(fixture.err.text, "");
	int answers = fixture.answers;
	browser_reload(fixture.browser, 10 * FIXTURE_S, fixture_on_loaded, &fixture);
	browser_reload(fixture.browser, 10 * FIXTURE_S, fixture_on_loaded, &fixture);
	fixture_turn(&fixture);
	assert_int_equal(fixture.answers, answers + 1);
	assert_int_equal(fixture.err.code, ERR_BUSY);
	while (fixture.answers == answers + 1)
		fixture_turn(&fixture);
	assert_string_equal(fixture.err.text, "");
	fixture_release(&fixture);
}

/* --- a server that can go away --- */

static void serve(int fd)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 21\r\n"
		"Connection: close\r\n\r\n<title>served</title>";
	char request[4096];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int client = accept(fd, NULL, NULL);
		if (client < 0)
			_exit(1);
		if (read(client, request, sizeof request) > 0 && write(client, answer, sizeof answer - 1) < 0)
			_exit(1);
		close(client);
	}
}

static pid_t start_server(int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	*port = ntohs(address.sin_port);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		serve(fd);
	close(fd);
	return pid;
}

static void test_the_page_cannot_be_had_again(void **state)
{
	(void)state;
	struct fixture fixture;
	int port;
	pid_t server = start_server(&port);
	char *url = mem_format("http://127.0.0.1:%d/", port);
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	fixture_start_ready(&fixture);
	fixture_navigate(&fixture, url, 10 * FIXTURE_S);
	assert_string_equal(fixture.err.text, "");
	reload(&fixture, 10 * FIXTURE_S);
	assert_string_equal(fixture.err.text, "");
	assert_value(&fixture, "document.title", "\"served\"");
	assert_int_equal(kill(server, SIGKILL), 0);
	assert_int_equal(waitpid(server, NULL, 0), server);
	reload(&fixture, 10 * FIXTURE_S);
	assert_int_equal(fixture.err.code, ERR_REFUSED);
	assert_non_null(strstr(fixture.err.text, url));
	fixture_navigate(&fixture, PAGE, 10 * FIXTURE_S); /* and the page is usable */
	assert_string_equal(fixture.err.text, "");
	free(url);
	fixture_release(&fixture);
	assert_int_equal(fixture.deaths, 0);
}

static void test_a_page_that_does_not_come_back(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	fixture_start_ready(&fixture);
	/* Loads once, then never again: the name of the window outlives the document. */
	fixture_navigate(&fixture, "data:text/html,<script>while (name); name = 'been here'</script>",
		10 * FIXTURE_S);
	assert_string_equal(fixture.err.text, "");
	reload(&fixture, FIXTURE_S);
	assert_int_equal(fixture.err.code, ERR_TIMEOUT);
	int answers = fixture.answers;
	browser_reload(fixture.browser, 30 * FIXTURE_S, fixture_on_loaded, &fixture);
	browser_close(fixture.browser);
	assert_int_equal(fixture.answers, answers + 1);
	assert_int_equal(fixture.err.code, ERR_CLOSED);
	fixture_release(&fixture);
}

int main(int argc, char **argv)
{
	FIXTURE_SUPERVISE(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_document_is_a_new_one_and_loaded),
		cmocka_unit_test(test_the_page_cannot_be_had_again),
		cmocka_unit_test(test_a_page_that_does_not_come_back),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
