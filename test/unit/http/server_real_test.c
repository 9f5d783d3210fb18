/* A real browser on our answers: a page, ES modules, both kinds of worker, importScripts,
 * wasm and an upload work under the policy, isolated in page and workers; inline script,
 * eval, blob workers and foreign origins do not. */
#include "http/server_fixture.h"

#include <time.h>

#include "base/json.h"
#include "http/files.h"

enum { RESULT_MAX = 1 << 16 };

/* Shared by the test and the server's process. */
struct outcome {
	int done;
	size_t length;
	char text[RESULT_MAX];
	int uploads;
};

struct site {
	struct http_files *files;
	struct outcome *outcome;
};

static const char PAGE[] = "<!doctype html><meta charset=utf-8><title>t</title>"
	"<link rel=stylesheet href=/style.css><script>window.inlineRan = true</script>"
	"<script type=module src=/main.js></script><p id=p>text";

static const char STYLE[] = "#p { color: rgb(1, 2, 3) }";

static const char LIBRARY[] = "export const answer = 42;\n"
	"export async function wasm() {\n"
	"	const { instance } = await WebAssembly.instantiateStreaming(fetch('/f.wasm'));\n"
	"	return instance.exports.f();\n"
	"}\n";

static const char SCRIPT_LIBRARY[] = "self.imported = 42;\n";

static const char MODULE_WORKER[] = "import { answer, wasm } from './lib.mjs';\n"
	"onmessage = async (event) => {\n"
	"	Atomics.store(new Int32Array(event.data), 0, 7);\n"
	"	postMessage({ isolated: crossOriginIsolated, answer, wasm: await wasm() });\n"
	"};\n";

static const char CLASSIC_WORKER[] = "importScripts('/lib.js');\n"
	"onmessage = async (event) => {\n"
	"	Atomics.store(new Int32Array(event.data), 0, 8);\n"
	"	const bytes = await (await fetch('/f.wasm')).arrayBuffer();\n"
	"	const { instance } = await WebAssembly.instantiate(bytes);\n"
	"	postMessage({ isolated: crossOriginIsolated, answer: imported,\n"
	"		wasm: instance.exports.f() });\n"
	"};\n";

static const char MAIN[] = "import { answer, wasm } from '/lib.mjs';\n"
	"const results = { answer, isolated: crossOriginIsolated, inline: !!window.inlineRan };\n"
	"async function attempt(name, work) {\n"
	"	try { results[name] = await work(); } catch (error) { results[name] = 'blocked'; }\n"
	"}\n"
	"function ask(path, type) {\n"
	"	return new Promise((resolve, reject) => {\n"
	"		const shared = new SharedArrayBuffer(4);\n"
	"		const worker = new Worker(path, { type });\n"
	"		worker.onmessage = (event) => resolve(JSON.stringify(\n"
	"			[event.data, Atomics.load(new Int32Array(shared), 0)]));\n"
	"		worker.onerror = reject;\n"
	"		worker.postMessage(shared);\n"
	"	});\n"
	"}\n"
	"/* The smallest step of the clock: 0.005 ms when isolated, 0.1 ms when not. */\n"
	"function clockStep() {\n"
	"	let least = Infinity;\n"
	"	for (let i = 0, last = performance.now(); i < 200000; i++) {\n"
	"		const now = performance.now();\n"
	"		if (now > last) least = Math.min(least, now - last);\n"
	"		last = now;\n"
	"	}\n"
	"	return least < 0.05;\n"
	"}\n"
	"await attempt('dynamic', async () => (await import('/lib.mjs')).answer);\n"
	"await attempt('wasm', wasm);\n"
	"await attempt('clock', clockStep);\n"
	"await attempt('moduleWorker', () => ask('/module-worker.js', 'module'));\n"
	"await attempt('classicWorker', () => ask('/classic-worker.js', 'classic'));\n"
	"await attempt('style', () => getComputedStyle(document.querySelector('#p')).color);\n"
	"await attempt('eval', () => eval('1'));\n"
	"await attempt('function', () => new Function('return 1')());\n"
	"await attempt('blobWorker', () => ask(URL.createObjectURL(new Blob(['postMessage(1)'],\n"
	"	{ type: 'text/javascript' })), 'classic'));\n"
	"await attempt('foreign', async () =>\n"
	"	(await fetch('http://localhost:' + location.port + '/lib.mjs', { mode: 'no-cors' })).type);\n"
	"await attempt('get405', async () => (await fetch('/upload')).status);\n"
	"await attempt('upload', async () => (await fetch('/upload',\n"
	"	{ method: 'POST', body: new Uint8Array(32 << 20) })).status);\n"
	"await fetch('/result', { method: 'POST', body: JSON.stringify(results) });\n";

/* (module (func (export "f") (result i32) i32.const 42)) */
static const unsigned char WASM[] = {0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05,
	0x01, 0x60, 0x00, 0x01, 0x7f, 0x03, 0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x66, 0x00,
	0x00, 0x0a, 0x06, 0x01, 0x04, 0x00, 0x41, 0x2a, 0x0b};

static void on_request(const struct http_request *request, struct http_response *response,
	void *context)
{
	struct site *site = ((struct fixture_child *)context)->extra;
	struct outcome *outcome = site->outcome;
	const struct http_file *file = http_files_find(site->files, request->path);
	*response = (struct http_response){.status = 404};
	if (file && request->method != HTTP_POST) {
		*response = (struct http_response){200, .content_type = file->content_type,
			.file = file->path};
	} else if (strcmp(request->path, "/upload") == 0) {
		response->status = request->method == HTTP_POST ? 204 : 405;
		response->allow = request->method == HTTP_POST ? NULL : "POST";
		outcome->uploads += request->body_length == 32 << 20;
	} else if (strcmp(request->path, "/result") == 0 && request->body_length < RESULT_MAX) {
		memcpy(outcome->text, request->body, request->body_length);
		outcome->length = request->body_length;
		outcome->done = 1;
		response->status = 204;
	}
}

static void write_site(const char *folder)
{
	static const struct {
		const char *name;
		const void *bytes;
		size_t length;
	} rows[] = {
		{"page.html", PAGE, sizeof PAGE - 1}, {"style.css", STYLE, sizeof STYLE - 1},
		{"lib.mjs", LIBRARY, sizeof LIBRARY - 1},
		{"lib.js", SCRIPT_LIBRARY, sizeof SCRIPT_LIBRARY - 1},
		{"module-worker.js", MODULE_WORKER, sizeof MODULE_WORKER - 1},
		{"classic-worker.js", CLASSIC_WORKER, sizeof CLASSIC_WORKER - 1},
		{"main.js", MAIN, sizeof MAIN - 1}, {"f.wasm", WASM, sizeof WASM},
	};
	struct err err = {0};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *path = fs_join(folder, rows[i].name);
		assert_int_equal(fs_write_atomic(path, rows[i].bytes, rows[i].length, 0644, &err), 0);
		free(path);
	}
}

/* In a process group of its own, so that all of it can be ended by what we started. */
static pid_t start_browser(const char *folder, int port)
{
	char *profile = mem_format("--user-data-dir=%s/profile", folder);
	char *url = mem_format("http://127.0.0.1:%d/page.html", port);
	char *log = mem_format("%s/browser.log", folder);
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		setenv("HOME", folder, 1);
		execlp("chromium", "chromium", "--headless", "--no-sandbox", "--disable-gpu",
			"--disable-breakpad", "--no-first-run", "--remote-debugging-port=0",
			"--disable-dev-shm-usage", profile, url, (char *)NULL);
		_exit(127);
	}
	free(profile);
	free(url);
	free(log);
	return pid;
}

static void stop_browser(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void sleep_ms(long ms)
{
	struct timespec time = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&time, NULL);
}

static void wait_for_outcome(pid_t browser, const volatile struct outcome *outcome)
{
	for (int waited_ms = 0; !outcome->done && waited_ms < FIXTURE_PATIENCE_MS; waited_ms += 50) {
		int status;
		if (waitpid(browser, &status, WNOHANG) == browser)
			fail_msg("chromium ended with status %d; is the package chromium installed?",
				status);
		sleep_ms(50);
	}
}

static void expect_results(const struct outcome *outcome)
{
	static const struct {
		const char *key, *json;
	} rows[] = {
		{"isolated", "true"}, {"answer", "42"}, {"dynamic", "42"}, {"wasm", "42"},
		{"clock", "true"},
		{"moduleWorker", "\"[{\\\"isolated\\\":true,\\\"answer\\\":42,\\\"wasm\\\":42},7]\""},
		{"classicWorker", "\"[{\\\"isolated\\\":true,\\\"answer\\\":42,\\\"wasm\\\":42},8]\""},
		{"style", "\"rgb(1, 2, 3)\""}, {"upload", "204"}, {"get405", "405"},
		{"inline", "false"}, {"eval", "\"blocked\""}, {"function", "\"blocked\""},
		{"blobWorker", "\"blocked\""}, {"foreign", "\"blocked\""},
	};
	struct err err = {0};
	struct json *results = json_parse(outcome->text, outcome->length, RESULT_MAX, "results", &err);
	assert_non_null(results);
	assert_int_equal(json_length(results), sizeof rows / sizeof *rows);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct json *value = json_get(results, rows[i].key);
		char *text = value ? json_print(value, false) : mem_strdup("(none)");
		if (strcmp(text, rows[i].json) != 0)
			fail_msg("%s is %s, not %s", rows[i].key, text, rows[i].json);
		free(text);
	}
	json_free(results);
}

/* The browser's spare sockets, which would keep the launch from its window, go on request. */
static void expect_silence(struct fixture *fixture)
{
	int left = fixture_command(fixture, 'c');
	int waited_ms = 0;
	for (; fixture_command(fixture, 'd') > 0 && waited_ms < FIXTURE_PATIENCE_MS; waited_ms += 20)
		sleep_ms(20);
	assert_int_equal(fixture_command(fixture, 'c'), 0);
	print_message("sockets open after the result: %d\n", left);
}

static void a_page_works_and_is_isolated(void **state)
{
	struct err err = {0};
	char folder[] = "/tmp/wasmograph-http-test-XXXXXX";
	struct site site = {.files = http_files_new()};
	(void)state;
	assert_non_null(mkdtemp(folder));
	write_site(folder);
	assert_int_equal(http_files_add_folder(site.files, "", folder, &err), 0);
	site.outcome = mmap(NULL, sizeof *site.outcome, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(site.outcome, MAP_FAILED);
	struct fixture *fixture = fixture_start((struct http_options){.handler = on_request,
		.context = &site});
	pid_t browser = start_browser(folder, fixture->port);
	wait_for_outcome(browser, site.outcome);
	if (site.outcome->done)
		expect_silence(fixture);
	stop_browser(browser);
	assert_int_equal(site.outcome->done, 1);
	assert_int_equal(site.outcome->uploads, 1);
	expect_results(site.outcome);
	fixture_stop(fixture);
	http_files_free(site.files);
	munmap(site.outcome, sizeof *site.outcome);
	assert_int_equal(fs_remove_tree(folder, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_works_and_is_isolated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
