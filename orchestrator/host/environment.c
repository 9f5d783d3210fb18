#include "host/environment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "host/cgroup.h"
#include "host/fields.h"

#define CPU_FOLDER "/sys/devices/system/cpu"

enum { LINE_SIZE = 256, MACHINE_ID_DIGITS = 16, GOVERNORS_CEILING = 4096 };

/* The first line of a small file, or NULL when it is absent or empty. */
static const char *read_line(const char *path, char out[LINE_SIZE])
{
	if (fs_read_small(path, out, LINE_SIZE) <= 0)
		return NULL;
	out[strcspn(out, "\n")] = '\0';
	return out[0] ? out : NULL;
}

static void set_known(struct json *object, const char *key, double value)
{
	json_set_number(object, key, value < 0 ? NAN : value);
}

int environment_cpus(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	return cpus > 0 ? (int)cpus : 1;
}

void environment_machine_id(char out[17])
{
	char line[LINE_SIZE], digest[HASH_HEX_SIZE];
	struct utsname names = {0};
	const char *id = read_line("/etc/machine-id", line);
	uname(&names);
	if (!id)
		id = names.nodename;
	hash_bytes_hex(id, strlen(id), digest);
	memcpy(out, digest, MACHINE_ID_DIGITS);
	out[MACHINE_ID_DIGITS] = '\0';
}

static void add_names(struct json *facts)
{
	char id[17], kernel[3 * sizeof((struct utsname *)0)->release];
	struct utsname names = {0};
	uname(&names);
	snprintf(kernel, sizeof kernel, "%s %s %s", names.sysname, names.release, names.version);
	environment_machine_id(id);
	json_set_text(facts, "machine_id", id);
	json_set_text(facts, "host", names.nodename);
	json_set_text(facts, "kernel", kernel);
	json_set_text(facts, "architecture", names.machine);
}

/* A line of cpuinfo: "KEY\t: VALUE". NULL when no line has the key; the caller frees. */
static char *cpuinfo_value(const char *text, const char *key)
{
	const char *value = fields_find(text, key);
	if (!value || *value != ':')
		return NULL;
	value += 1 + strspn(value + 1, " \t");
	return mem_strndup(value, strcspn(value, "\n"));
}

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = words; (at = strstr(at, word)); at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	return false;
}

/* x86 says "model name" and lists "hypervisor" among the flags; ARM names no model there. */
static void add_processor(struct json *facts)
{
	/* The first processor's paragraph is enough. */
	char text[8192];
	if (fs_read_small("/proc/cpuinfo", text, sizeof text) <= 0)
		text[0] = '\0';
	char *model = cpuinfo_value(text, "model name");
	char *flags = cpuinfo_value(text, "flags");
	json_set_text(facts, "cpu_model", model);
	json_set_number(facts, "cpus", environment_cpus());
	json_set(facts, "hypervisor", flags ? json_new_bool(has_word(flags, "hypervisor")) : NULL);
	free(model);
	free(flags);
}

static bool is_listed(const struct buf *list, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = list->data; at; at = strchr(at, ',')) {
		at += strspn(at, ", ");
		if (strncmp(at, name, length) == 0 && strchr(",", at[length]))
			return true;
	}
	return false;
}

static void add_governors(struct json *facts)
{
	struct buf found;
	size_t count;
	char **names = fs_list(CPU_FOLDER "/cpufreq", &count, NULL);
	buf_init(&found, GOVERNORS_CEILING);
	for (size_t i = 0; i < count; i++) {
		char path[LINE_SIZE], line[LINE_SIZE];
		snprintf(path, sizeof path, CPU_FOLDER "/cpufreq/%s/scaling_governor", names[i]);
		const char *governor = read_line(path, line);
		if (governor && !is_listed(&found, governor))
			buf_append_format(&found, "%s%s", found.length ? ", " : "", governor);
	}
	fs_list_free(names, count);
	json_set_text(facts, "governor", found.data);
	buf_release(&found);
}

/* intel_pstate says what is off, acpi-cpufreq and amd-pstate what is on (kernel:
 * admin-guide/pm). */
static void add_turbo(struct json *facts)
{
	int64_t off = fields_file_integer(CPU_FOLDER "/intel_pstate/no_turbo", -1);
	int64_t on = fields_file_integer(CPU_FOLDER "/cpufreq/boost", -1);
	struct json *turbo = NULL;
	if (off >= 0)
		turbo = json_new_bool(off == 0);
	else if (on >= 0)
		turbo = json_new_bool(on != 0);
	json_set(facts, "turbo", turbo);
}

/* The chosen one of "always [madvise] never". */
static void add_huge_pages(struct json *facts)
{
	char line[LINE_SIZE];
	char *chosen = NULL;
	if (read_line("/sys/kernel/mm/transparent_hugepage/enabled", line)) {
		const char *open = strchr(line, '[');
		if (open)
			chosen = mem_strndup(open + 1, strcspn(open + 1, "]"));
	}
	json_set_text(facts, "transparent_huge_pages", chosen);
	free(chosen);
}

static void add_kernel_settings(struct json *facts)
{
	char line[LINE_SIZE];
	const char *source =
		read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource", line);
	json_set_text(facts, "clock_source", source);
	add_huge_pages(facts);
	set_known(facts, "aslr", (double)fields_file_integer("/proc/sys/kernel/randomize_va_space", -1));
}

static double meminfo_bytes(const char *text, const char *key)
{
	int64_t kib = fields_integer(text, key, -1);
	return kib < 0 ? -1 : (double)kib * 1024;
}

static void add_memory(struct json *facts)
{
	char text[8192];
	if (fs_read_small("/proc/meminfo", text, sizeof text) <= 0)
		text[0] = '\0';
	double swap = meminfo_bytes(text, "SwapTotal:");
	double swap_free = meminfo_bytes(text, "SwapFree:");
	set_known(facts, "memory_bytes", meminfo_bytes(text, "MemTotal:"));
	set_known(facts, "memory_available_bytes", meminfo_bytes(text, "MemAvailable:"));
	set_known(facts, "swap_bytes", swap);
	set_known(facts, "swap_used_bytes", swap < 0 || swap_free < 0 ? -1 : swap - swap_free);

	struct statvfs shm;
	bool known = statvfs("/dev/shm", &shm) == 0;
	set_known(facts, "shm_bytes", known ? (double)shm.f_blocks * (double)shm.f_frsize : -1);
	set_known(facts, "shm_available_bytes",
		known ? (double)shm.f_bavail * (double)shm.f_frsize : -1);
}

static void add_cgroup(struct json *facts)
{
	struct cgroup_place place = cgroup_system();
	struct cgroup cgroup;
	struct json *limits = json_new_object();
	bool found = cgroup_find(&place, "cpu", &cgroup);
	set_known(limits, "version", found ? cgroup.version : -1);
	json_set_text(limits, "path", found ? cgroup.path : NULL);
	set_known(limits, "cpu_limit", cgroup_cpu_limit(&place));
	set_known(limits, "memory_limit_bytes", (double)cgroup_memory_limit(&place));
	set_known(limits, "process_limit", (double)cgroup_process_limit(&place));
	json_set(facts, "cgroup", limits);
}

static void add_load(struct json *facts)
{
	double averages[3];
	struct json *load = json_new_array();
	int count = getloadavg(averages, 3);
	for (int i = 0; i < count; i++)
		json_append(load, json_new_number(averages[i]));
	json_set(facts, "load", load);
}

struct json *environment_read(void)
{
	struct json *facts = json_new_object();
	add_names(facts);
	add_processor(facts);
	add_governors(facts);
	add_turbo(facts);
	add_kernel_settings(facts);
	add_memory(facts);
	add_cgroup(facts);
	add_load(facts);
	return facts;
}
