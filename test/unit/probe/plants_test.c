/* Every rule of "plants" in probe.json: one row each, made by one edit of a good document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/manifest.h"
#include "probe/plants.h"

static const char good[] =
	"{\"module\":\"plants.js\",\"every_ms\":500,\"kinds\":["
	"{\"name\":\"js\",\"on\":\"page\",\"do\":\"spin\",\"cause\":\"js@main\",\"ms\":[15,60]},"
	"{\"name\":\"storm\",\"on\":\"worker\",\"do\":\"storm\",\"cause\":\"gc@worker\",\"also\":[\"js@worker\"],"
	"\"pure\":false,\"share\":4,\"ms\":[15,60],\"arms\":[\"gc/worker/*\",\"js/*/*\"]},"
	"{\"name\":\"late\",\"on\":\"pacer\",\"do\":\"oversleep\",\"cause\":\"late@main\",\"ms\":[10,10]},"
	"{\"name\":\"hogs\",\"on\":\"host\",\"do\":\"load\",\"cause\":\"cpu-external\",\"ms\":[60,150],\"count\":[4,16]}],"
	"\"pairs\":[{\"kinds\":[\"storm\",\"hogs\"],\"lag_ms\":[-10,25],\"share\":2}]}";

static int read(const char *text, struct probe_plants *plants, struct err *err)
{
	struct json *object = json_parse(text, strlen(text), 1 << 20, "test", err);
	assert_non_null(object);
	struct rules rules = { "FILE", object, "plants", err };
	*plants = (struct probe_plants){ 0 };
	int result = plants_read(&rules, plants);
	json_free(object);
	return result;
}

struct row {
	const char *from, *to, *says;
};

static char *edited(const struct row *row)
{
	const char *at = strstr(good, row->from);
	if (!at)
		fail_msg("the document has no %s", row->from);
	return mem_format("%.*s%s%s", (int)(at - good), good, row->to, at + strlen(row->from));
}

static void a_good_document_is_read(void **state)
{
	(void)state;
	struct probe_plants plants;
	struct err err = { 0 };
	assert_int_equal(read(good, &plants, &err), 0);
	assert_string_equal(plants.module, "plants.js");
	assert_true(plants.every_ms == 500 && plants.apart_ms == 120);
	assert_int_equal(plants.kind_count, 4);
	const struct probe_plant_kind *storm = &plants.kinds[1], *hogs = &plants.kinds[3];
	assert_int_equal(storm->on, PROBE_PLANT_WORKER);
	assert_true(!storm->pure && storm->share == 4 && plants.kinds[0].pure && plants.kinds[0].share == 1);
	assert_string_equal(json_as_text(json_at(storm->also, 0), ""), "js@worker");
	assert_true(hogs->on == PROBE_PLANT_HOST && hogs->least_count == 4 && hogs->most_count == 16);
	assert_true(hogs->least_ms == 60 && hogs->most_ms == 150);
	assert_int_equal(plants.pair_count, 1);
	assert_true(plants.pairs[0].first == 1 && plants.pairs[0].second == 3 && plants.pairs[0].share == 2);
	assert_true(plants.pairs[0].least_lag_ms == -10 && plants.pairs[0].most_lag_ms == 25);
	assert_true(plants.pairs[0].first_ms.least == 15 && plants.pairs[0].second_ms.most == 150);
	plants_release(&plants);
}

static void a_pair_has_lengths_of_its_own(void **state)
{
	(void)state;
	struct probe_plants plants;
	struct err err = { 0 };
	char *text = edited(&(struct row){ "\"share\":2", "\"ms\":[[20,35],[40,60]]", NULL });
	assert_int_equal(read(text, &plants, &err), 0);
	const struct probe_plant_pair *pair = &plants.pairs[0];
	assert_true(pair->first_ms.least == 20 && pair->first_ms.most == 35);
	assert_true(pair->second_ms.least == 40 && pair->second_ms.most == 60);
	plants_release(&plants);
	free(text);
}

static void arms_choose_kinds_by_globs(void **state)
{
	(void)state;
	struct probe_plants plants;
	struct err err = { 0 };
	assert_int_equal(read(good, &plants, &err), 0);
	assert_true(plants_kind_is_of(&plants.kinds[0], "none/worker/idle"));
	assert_false(plants_kind_is_of(&plants.kinds[1], "none/worker/idle"));
	assert_true(plants_kind_is_of(&plants.kinds[1], "gc/worker/idle"));
	assert_true(plants_kind_is_of(&plants.kinds[1], "js/main/idle"));
	assert_false(plants_kind_is_of(&plants.kinds[1], "gc/main/idle"));
	plants_release(&plants);
}

static const struct row bad[] = {
	{ "\"every_ms\"", "\"evry_ms\"", "evry_ms" },
	{ "\"module\":\"plants.js\",", "", "plants.module is missing" },
	{ "plants.js", "../plants.js", "directly in the probe's folder" },
	{ "\"every_ms\":500", "\"every_ms\":0", "greater than 0" },
	{ "\"on\":\"page\"", "\"on\":\"moon\"", "plants.kinds[0].on" },
	{ "\"do\":\"spin\",", "", "plants.kinds[0].do" },
	{ "\"do\":\"oversleep\"", "\"do\":\"snooze\"", "plants.kinds[2].do" },
	{ "\"do\":\"load\"", "\"do\":\"shout\"", "plants.kinds[3].do" },
	{ "\"ms\":[15,60]},{\"name\":\"storm\"", "\"ms\":[60,15]},{\"name\":\"storm\"", "[least, most]" },
	{ "\"ms\":[10,10]", "\"ms\":[10,3000]", "of at most 2000" },
	{ "\"ms\":[10,10]", "\"ms\":[0,10]", "greater than 0" },
	{ ",\"ms\":[10,10]", "", "must be there" },
	{ "\"count\":[4,16]", "\"count\":[4,65]", "from 1 to 64" },
	{ "\"count\":[4,16]", "\"count\":[1.5,3]", "whole numbers" },
	{ "\"share\":4", "\"share\":1.5", "whole number" },
	{ "\"share\":4", "\"share\":101", "from 1 to 100" },
	{ "\"name\":\"late\"", "\"name\":\"js\"", "the name \"js\" twice" },
	{ "[\"storm\",\"hogs\"]", "[\"storm\",\"dogs\"]", "plants.pairs[0].kinds" },
	{ "[\"storm\",\"hogs\"]", "[\"storm\"]", "must be two names" },
	{ "\"share\":2", "\"ms\":[[1,2]]", "two ranges" },
	{ "\"share\":2", "\"ms\":[[1,2],[2,1]]", "two ranges" },
	{ "\"share\":2", "\"ms\":[[1,2],[0,1]]", "more than 0" },
};

static void each_rule_broken_is_one_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct probe_plants plants;
		struct err err = { 0 };
		char *text = edited(&bad[i]);
		if (read(text, &plants, &err) == 0)
			fail_msg("%s is taken for good", bad[i].to);
		assert_int_equal(err.code, ERR_USAGE);
		if (!strstr(err.text, bad[i].says) || !strstr(err.text, "FILE"))
			fail_msg("%s, not '%s'", err.text, bad[i].says);
		plants_release(&plants);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_document_is_read),
		cmocka_unit_test(a_pair_has_lengths_of_its_own),
		cmocka_unit_test(arms_choose_kinds_by_globs),
		cmocka_unit_test(each_rule_broken_is_one_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
