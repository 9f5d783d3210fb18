#include "report/machine.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* "Chromium 156.0.8078.79" of "Chromium 156.0.8078.79 built on …": up to the first word that
 * follows one with a digit in front. */
static char *short_version(const char *version)
{
	size_t end = strcspn(version, "0123456789");
	end += strcspn(version + end, " ");
	return mem_strndup(version, end);
}

/* "Linux 6.1.0-18-amd64" of what uname says, with or without the system's name in front. */
static char *short_kernel(const char *kernel)
{
	size_t end = strcspn(kernel, "0123456789");
	end += strcspn(kernel + end, " ");
	return mem_format("%s%.*s", kernel[0] >= '0' && kernel[0] <= '9' ? "Linux " : "", (int)end, kernel);
}

/* ", browser on CPUs 1 (cpuset), daemon on CPUs 0" where these were asked for; the caller frees. */
static char *cpus_text(const struct json *environment, const char *cpus_by)
{
	const struct json *asked = json_get(environment, "cpus_asked");
	const char *browser = json_text(asked, "browser", NULL), *daemon = json_text(asked, "daemon", NULL);
	const char *by = browser ? cpus_by : NULL;
	return mem_format("%s%s%s%s%s%s%s", browser ? ", browser on CPUs " : "", browser ? browser : "", by ? " (" : "", by ? by : "",
		by ? ")" : "", daemon ? ", daemon on CPUs " : "", daemon ? daemon : "");
}

char *machine_text(const struct json *environment, const char *cpus_by)
{
	const struct json *browser = json_get(environment, "browser");
	char *version = short_version(json_text(browser, "version", "browser unknown"));
	char *kernel = short_kernel(json_text(environment, "kernel", "kernel unknown"));
	char *cpus = cpus_text(environment, cpus_by);
	char *text = mem_format("%s %s on %s: %s × %.0f, %s%s%s", version, json_text(browser, "mode", "headless"),
		json_text(environment, "host", "this machine"), json_text(environment, "cpu_model", "CPU unknown"),
		json_number(environment, "cpus", 0), kernel,
		json_bool(environment, "hypervisor", false) ? ", virtual machine" : "", cpus);
	free(version);
	free(kernel);
	free(cpus);
	return text;
}
