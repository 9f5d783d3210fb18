#include "browser/flags.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { FLAGS_MAX = 128, LIST_CEILING = 64 * 1024 };

static const char *const always[] = {
	/* Port 0: Chromium picks a free one on 127.0.0.1 and writes it to DevToolsActivePort. */
	"--remote-debugging-port=0",

	/* Timing: a page in the background, or one that Chromium takes to be covered, would get
	 * its timers slowed down and its priority lowered. Puppeteer, Playwright and
	 * chrome-launcher all set these. */
	"--disable-background-timer-throttling",
	"--disable-backgrounding-occluded-windows",
	"--disable-renderer-backgrounding",
	/* Chromium delays a page that sends many messages to the browser process. */
	"--disable-ipc-flooding-protection",
	/* "Page unresponsive" must not end what we measure; our own deadlines do. */
	"--disable-hang-monitor",

	/* Work that is not ours: downloads, updates, synchronisation, reports, first-run pages. */
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-component-extensions-with-background-pages",
	"--disable-extensions",
	"--disable-default-apps",
	"--disable-sync",
	"--disable-domain-reliability",
	"--disable-client-side-phishing-detection",
	"--metrics-recording-only",
	"--no-pings",
	"--no-first-run",
	"--no-default-browser-check",
	"--disable-search-engine-choice-screen",
	/* Neither a desktop's key ring nor a proxy search: both ask other processes. */
	"--password-store=basic",
	"--no-proxy-server",
	/* Experiments are drawn by chance for each profile, and every launch has a fresh one. */
	"--disable-field-trial-config",
	/* A sampling profiler in the browser process. */
	"--disable-stack-profiler",
	/* Pages kept alive after they were left: a reload must end the page before it. */
	"--disable-back-forward-cache",
	/* A crash is told by CDP and the exit status. Writing a dump would delay it. */
	"--disable-breakpad",
	"--disable-crash-reporter",
	/* Layout, and with it rendering work, must not depend on the desktop. */
	"--window-size=1280,720",
	"--force-color-profile=srgb",
	/* --disable-dev-shm-usage is left out on purpose: it moves shared memory to a disk. */
};

static const char *const disabled_features[] = {
	/* Two renderers for the address bar's popup, and 0.8 s of CPU in the first 0.7 s. */
	"WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
	/* A renderer kept in reserve: it starts up beside the page, and could be taken for it. */
	"SpareRendererForSitePerProcess",
	/* Background downloads and services. */
	"OptimizationHints", "MediaRouter", "Translate",
};

/* What an extra flag must not touch: the port, the profile, the mode and the sandbox are facts
 * that are stored with the launch. */
static const char *const reserved[] = {
	"--remote-debugging-port", "--remote-debugging-pipe", "--remote-debugging-address",
	"--remote-allow-origins", "--user-data-dir", "--headless", "--no-sandbox",
	"--disable-setuid-sandbox", "--disable-namespace-sandbox", "--disable-seccomp-filter-sandbox",
	"--single-process",
};

/* Switches whose values are lists; several become one. */
enum { ENABLE_FEATURES, DISABLE_FEATURES, JS_FLAGS, LISTS };
static const struct list_switch {
	const char *prefix;
	const char *separator;
} list_switches[LISTS] = {
	{"--enable-features=", ","}, {"--disable-features=", ","}, {"--js-flags=", " "},
};

struct builder {
	char **argv;
	size_t count;
	struct buf lists[LISTS];
	struct err *err;
};

static bool is_reserved(const char *flag)
{
	size_t name = strcspn(flag, "=");
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (strlen(reserved[i]) == name && memcmp(reserved[i], flag, name) == 0)
			return true;
	return false;
}

static int add(struct builder *builder, const char *flag)
{
	if (builder->count >= FLAGS_MAX)
		return err_set(builder->err, ERR_INVALID, "more than %d browser flags; drop some of browser_flags",
			FLAGS_MAX);
	builder->argv[builder->count++] = mem_strdup(flag);
	return 0;
}

static int add_to_list(struct builder *builder, int list, const char *item)
{
	struct buf *buf = &builder->lists[list];
	if ((buf->length && buf_append_text(buf, list_switches[list].separator)) ||
	    buf_append_text(buf, item))
		return err_set(builder->err, ERR_INVALID, "browser flag %s is longer than %d bytes",
			list_switches[list].prefix, LIST_CEILING);
	return 0;
}

/* The list that a flag belongs to, or −1. */
static int list_of(const char *flag)
{
	for (int i = 0; i < LISTS; i++)
		if (strncmp(flag, list_switches[i].prefix, strlen(list_switches[i].prefix)) == 0)
			return i;
	return -1;
}

static int add_extra(struct builder *builder, const char *flag)
{
	if (!flag || strncmp(flag, "--", 2) != 0 || strlen(flag) < 3)
		return err_set(builder->err, ERR_INVALID,
			"browser flag \"%s\" is not one; each string of browser_flags starts with --",
			flag ? flag : "(no string)");
	if (is_reserved(flag))
		return err_set(builder->err, ERR_INVALID,
			"browser flag %s cannot be set by a probe: it is stored as a fact of the launch; remove it from browser_flags",
			flag);
	int list = list_of(flag);
	if (list >= 0)
		return add_to_list(builder, list, flag + strlen(list_switches[list].prefix));
	return add(builder, flag);
}

static int add_extras(struct builder *builder, const struct json *extra)
{
	for (const struct json *flag = json_first(extra); flag; flag = json_next(flag))
		if (add_extra(builder, json_as_text(flag, NULL)))
			return -1;
	return 0;
}

/* True when a comma-separated list holds the feature; "Name:param/value" and "Name<Trial" are
 * spellings of Name (base/feature_list.cc). */
static bool list_holds(const struct buf *list, const char *feature)
{
	size_t length = strlen(feature);
	for (const char *at = list->length ? list->data : NULL; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, feature, length) == 0 && strchr(",:<", at[length]))
			return true; /* strchr also finds the terminator */
	}
	return false;
}

static int add_our_features(struct builder *builder)
{
	for (size_t i = 0; i < sizeof disabled_features / sizeof *disabled_features; i++)
		if (!list_holds(&builder->lists[ENABLE_FEATURES], disabled_features[i]) &&
		    !list_holds(&builder->lists[DISABLE_FEATURES], disabled_features[i]) &&
		    add_to_list(builder, DISABLE_FEATURES, disabled_features[i]))
			return -1;
	return 0;
}

static int add_lists(struct builder *builder)
{
	for (int i = 0; i < LISTS; i++) {
		if (builder->lists[i].length == 0)
			continue;
		char *flag = mem_format("%s%s", list_switches[i].prefix, builder->lists[i].data);
		int result = add(builder, flag);
		free(flag);
		if (result)
			return -1;
	}
	return 0;
}

static int add_ours(struct builder *builder, const struct browser_flags *flags)
{
	char *profile = mem_format("--user-data-dir=%s", flags->profile);
	int result = add(builder, flags->program) || add(builder, profile);
	free(profile);
	/* chromium-headless-shell is headless by itself; plain --headless is the new mode. */
	if (!result && flags->mode == BROWSER_HEADLESS)
		result = add(builder, "--headless");
	if (!result && !flags->sandbox)
		result = add(builder, "--no-sandbox");
	for (size_t i = 0; i < sizeof always / sizeof *always && !result; i++)
		result = add(builder, always[i]);
	return result ? -1 : 0;
}

char **browser_flags_build(const struct browser_flags *flags, struct err *err)
{
	struct builder builder = {.argv = mem_alloc_zero(FLAGS_MAX + 1, sizeof(char *)), .err = err};
	for (int i = 0; i < LISTS; i++)
		buf_init(&builder.lists[i], LIST_CEILING);
	int result = add_ours(&builder, flags) || add_extras(&builder, flags->extra) ||
		add_our_features(&builder) || add_lists(&builder) || add(&builder, "about:blank");
	for (int i = 0; i < LISTS; i++)
		buf_release(&builder.lists[i]);
	if (!result)
		return builder.argv;
	browser_flags_free(builder.argv);
	return NULL;
}

void browser_flags_free(char **argv)
{
	for (char **at = argv; at && *at; at++)
		free(*at);
	free(argv);
}

struct json *browser_flags_json(char *const *argv)
{
	struct json *array = json_new_array();
	for (char *const *at = argv + 1; *at; at++)
		json_append(array, json_new_text(*at));
	return array;
}
