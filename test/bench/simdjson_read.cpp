// simdjson's on-demand parser over a trace, for `make bench` to compare with. What it finds is printed, so that it must be found.
//
//     simdjson_read FILE skim       every event is found, none of its members is looked at: the least that can be called parsing
//     simdjson_read FILE members    the members that wasmograph reads of each event; its arguments are stepped over
#include <cstdio>
#include <cstring>

#include <simdjson.h>

using namespace simdjson;

struct Sums {
	uint64_t events = 0, bytes = 0, numbers = 0;
};

static void take_member(ondemand::field field, Sums &sums)
{
	std::string_view key = field.unescaped_key(), text;
	int64_t number;
	if (key == "ph" || key == "name" || key == "cat") {
		if (!field.value().get_string().get(text))
			sums.bytes += text.size();
	} else if (key == "ts" || key == "dur" || key == "tdur" || key == "tts" || key == "pid" || key == "tid") {
		if (!field.value().get_int64().get(number))
			sums.numbers += static_cast<uint64_t>(number);
	}
}

static Sums read(ondemand::document &document, bool members)
{
	Sums sums;
	for (ondemand::object event : document["traceEvents"].get_array()) {
		sums.events++;
		if (!members)
			continue;
		for (ondemand::field field : event)
			take_member(field, sums);
	}
	return sums;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		std::fprintf(stderr, "usage: simdjson_read FILE skim|members\n");
		return 2;
	}
	padded_string text = padded_string::load(argv[1]);
	ondemand::parser parser;
	ondemand::document document = parser.iterate(text);
	Sums sums = read(document, std::strcmp(argv[2], "members") == 0);
	std::printf("{\"events\":%llu,\"bytes\":%llu,\"numbers\":%llu,\"kernel\":\"%s\"}\n", (unsigned long long)sums.events,
		(unsigned long long)sums.bytes, (unsigned long long)sums.numbers, get_active_implementation()->name().c_str());
	return 0;
}
