#include "run/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/rng.h"
#include "browser/renderers.h"
#include "host/proc.h"
#include "http/files.h"
#include "http/guard.h"
#include "http/server.h"
#include "run/encoded.h"

enum { NONCE_BYTES = 16, UPLOAD_CEILING = 64 * 1024 * 1024 };

struct harness {
	struct http_server *server;
	char *data_root;
	struct http_files *files; /* NULL between launches */
	struct encoded encoded;
	pid_t browser;            /* 0 until there is one */
	char nonce[2 * NONCE_BYTES + 1];
	char *url;
	char *manifest;
	char resident[64];
	struct buf upload;
	bool uploaded;
	bool without_coop, without_coep;
};

static void respond_status(struct http_response *response, int status)
{
	*response = (struct http_response){ .status = status };
}

static void respond_not_allowed(struct http_response *response, const char *allow)
{
	*response = (struct http_response){ .status = 405, .allow = allow };
}

static void take_upload(struct harness *harness, const struct http_request *request,
	struct http_response *response)
{
	if (request->method != HTTP_POST) {
		respond_not_allowed(response, "POST");
		return;
	}
	if (harness->uploaded) {
		respond_status(response, 409);
		return;
	}
	if (buf_append(&harness->upload, request->body, request->body_length)) {
		respond_status(response, 413);
		return;
	}
	harness->uploaded = true;
	respond_status(response, 204);
}

static void send_manifest(struct harness *harness, struct http_response *response)
{
	*response = (struct http_response){ .status = 200, .content_type = "application/json",
		.body = harness->manifest, .body_length = strlen(harness->manifest) };
}

/* A page cannot see how much of its memory is in RAM. Looking for its process takes a few ms, so only probes ask. */
static void send_resident(struct harness *harness, struct http_response *response)
{
	pid_t renderer = harness->browser > 0 ? browser_renderer_find(harness->browser) : 0;
	int64_t bytes = renderer > 0 ? proc_resident_bytes(renderer) : -1;
	if (bytes < 0) {
		respond_status(response, 404);
		return;
	}
	int length = snprintf(harness->resident, sizeof harness->resident, "{\"bytes\":%lld}", (long long)bytes);
	*response = (struct http_response){ .status = 200, .content_type = "application/json",
		.body = harness->resident, .body_length = (size_t)length };
}

static void send_file(struct harness *harness, const char *url, struct http_response *response)
{
	if (encoded_respond(&harness->encoded, harness->files, url, response))
		return;
	const struct http_file *file = http_files_find(harness->files, url);
	if (!file) {
		respond_status(response, 404);
		return;
	}
	*response = (struct http_response){ .status = 200, .content_type = file->content_type,
		.file = file->path };
}

/* The part after "/l/NONCE", or NULL. The nonce is compared in constant time. */
static const char *inside_launch(const struct harness *harness, const char *path)
{
	char nonce[sizeof(harness->nonce)];
	if (!harness->files || strncmp(path, "/l/", 3) != 0)
		return NULL;
	const char *end = strchr(path + 3, '/');
	if (!end || end - (path + 3) != 2 * NONCE_BYTES)
		return NULL;
	memcpy(nonce, path + 3, 2 * NONCE_BYTES);
	nonce[2 * NONCE_BYTES] = '\0';
	return http_guard_equal(nonce, harness->nonce) ? end : NULL;
}

static void respond(struct harness *harness, const struct http_request *request,
	struct http_response *response)
{
	const char *url = inside_launch(harness, request->path);
	if (!url)
		respond_status(response, 404);
	else if (strcmp(url, "/samples") == 0)
		take_upload(harness, request, response);
	else if (request->method == HTTP_POST)
		respond_not_allowed(response, "GET, HEAD");
	else if (strcmp(url, "/manifest.json") == 0)
		send_manifest(harness, response);
	else if (strcmp(url, "/resident.json") == 0)
		send_resident(harness, response);
	else
		send_file(harness, url, response);
}

static void on_request(const struct http_request *request, struct http_response *response,
	void *context)
{
	struct harness *harness = context;
	respond(harness, request, response);
	response->without_coop = harness->without_coop;
	response->without_coep = harness->without_coep;
}

struct harness *harness_new(struct loop *loop, const char *data_root, struct err *err)
{
	struct harness *harness = mem_alloc_zero(1, sizeof(*harness));
	struct http_options options = { .address = "127.0.0.1", .port = 0,
		.body_ceiling = UPLOAD_CEILING, .handler = on_request, .context = harness };
	harness->data_root = mem_strdup(data_root);
	buf_init(&harness->upload, UPLOAD_CEILING);
	harness->server = http_server_new(loop, &options, err);
	if (harness->server)
		return harness;
	harness_free(harness);
	return NULL;
}

void harness_free(struct harness *harness)
{
	if (!harness)
		return;
	harness_end(harness);
	http_server_free(harness->server);
	free(harness->data_root);
	free(harness);
}

static void draw_nonce(struct harness *harness)
{
	unsigned char bytes[NONCE_BYTES];
	rng_system(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(harness->nonce + 2 * i, 3, "%02x", bytes[i]);
	harness->url = mem_format("%s/l/%s/web/harness.html", http_server_origin(harness->server),
		harness->nonce);
}

static int add_folder(struct harness *harness, const char *prefix, const char *folder,
	struct err *err)
{
	char *path = fs_join(harness->data_root, folder);
	int result = http_files_add_folder(harness->files, prefix, path, err);
	free(path);
	return result;
}

static int add_guest(struct harness *harness, const struct guest_build *guest, struct err *err)
{
	if (!guest || guest->failed)
		return 0;
	const char *slash = strrchr(guest->output, '/');
	char *url = mem_format("/guest%s", slash);
	int result = http_files_add(harness->files, url, guest->output, err);
	free(url);
	if (!result && guest->glue)
		result = http_files_add(harness->files, "/guest/glue.js", guest->glue, err);
	return result;
}

int harness_begin(struct harness *harness, const struct probe *probe,
	const struct guest_build *guest, const char *manifest, struct err *err)
{
	harness_end(harness);
	harness->files = http_files_new();
	if (add_folder(harness, "/web", "web", err) || add_folder(harness, "/workers", "workers", err)
	    || http_files_add_folder(harness->files, "/probe", probe->folder, err)
	    || add_guest(harness, guest, err)) {
		harness_end(harness);
		return -1;
	}
	harness->manifest = mem_strdup(manifest);
	draw_nonce(harness);
	return 0;
}

int harness_offer(struct harness *harness, const char *name, const char *path, struct err *err)
{
	char *url = mem_format("/captures/%s", name);
	int result = http_files_add(harness->files, url, path, err);
	free(url);
	return result;
}

void harness_isolate(struct harness *harness, bool coop, bool coep)
{
	harness->without_coop = !coop;
	harness->without_coep = !coep;
}

const char *harness_url(const struct harness *harness)
{
	return harness->url;
}

void harness_attend(struct harness *harness, pid_t browser)
{
	harness->browser = browser;
}

const void *harness_upload(const struct harness *harness, size_t *length)
{
	*length = harness->upload.length;
	return harness->uploaded ? harness->upload.data : NULL;
}

void harness_end(struct harness *harness)
{
	http_files_free(harness->files);
	encoded_release(&harness->encoded);
	harness->browser = 0;
	free(harness->url);
	free(harness->manifest);
	buf_release(&harness->upload);
	harness->files = NULL;
	harness->url = NULL;
	harness->manifest = NULL;
	harness->uploaded = false;
	harness->without_coop = harness->without_coep = false;
	memset(harness->nonce, 0, sizeof(harness->nonce));
}

int harness_connections(const struct harness *harness)
{
	return http_server_connections(harness->server);
}
