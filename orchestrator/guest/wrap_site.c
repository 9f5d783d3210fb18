#include "guest/wrap_site.h"

#include <stdlib.h>
#include <string.h>

#include "guest/instructions.h"

enum { TYPE_FUNCTION = 0x60 }; /* Core Specification 2.0 §5.3.5 */

int wrap_site_check(struct wrap_site *s, const struct cursor *part)
{
	const struct cursor *whole = &s->anatomy.cursor;
	anatomy_check(&s->anatomy, part);
	return !whole->fault ? 0 : err_set(s->err, ERR_INVALID,
		"The WebAssembly module is broken: %s (at byte %zu of %zu).", whole->fault, whole->fault_at,
		whole->end);
}

/* ---- imports ---- */

static void take_import(struct wrap_site *s, struct cursor *cursor)
{
	char *module = cursor_name(cursor), *name = cursor_name(cursor);
	enum grammar_kind kind = grammar_kind(cursor);
	if (kind == GRAMMAR_KIND_FUNCTION) {
		uint32_t type = cursor_u32(cursor);
		if (!s->import_found && strcmp(module, s->wanted->import_module) == 0
		    && strcmp(name, s->wanted->import_name) == 0) {
			s->import = s->imported_functions;
			s->import_type = type;
			s->import_found = true;
		}
		s->imported_functions++;
	} else {
		s->imported_globals += kind == GRAMMAR_KIND_GLOBAL;
		grammar_skip_import(cursor, kind);
	}
	free(module);
	free(name);
}

static int read_imports(struct wrap_site *s)
{
	struct cursor cursor = anatomy_contents(&s->anatomy, GRAMMAR_IMPORT);
	if (anatomy_has(&s->anatomy, GRAMMAR_IMPORT)) {
		for (uint32_t left = cursor_u32(&cursor); left > 0 && !cursor.fault; left--)
			take_import(s, &cursor);
	}
	if (wrap_site_check(s, &cursor))
		return -1;
	return s->import_found ? 0 : err_set(s->err, ERR_NOT_FOUND, "it does not import %s from %s",
		s->wanted->import_name, s->wanted->import_module);
}

/* ---- names ---- */

/* Contents of one part of the name section; false when it is not there, or `found` has the fault. */
static bool find_names(const struct wrap_site *s, enum wrap_names part, struct cursor *found)
{
	struct cursor names = anatomy_names(&s->anatomy);
	while (!names.fault && names.at < names.end) {
		uint8_t id = cursor_byte(&names);
		*found = cursor_part(&names, cursor_u32(&names));
		if (!names.fault && id == part)
			return true;
	}
	*found = names;
	return false;
}

/* How many functions have this name, and the index of the last. */
static uint32_t count_named(struct cursor *names, const char *wanted, uint32_t *index)
{
	uint32_t count = 0;
	for (uint32_t left = cursor_u32(names); left > 0 && !names->fault; left--) {
		uint32_t at = cursor_u32(names);
		char *name = cursor_name(names);
		if (!names->fault && strcmp(name, wanted) == 0) {
			*index = at;
			count++;
		}
		free(name);
	}
	if (names->at != names->end)
		cursor_fault(names, "names are longer than their contents");
	return count;
}

static int find_function(struct wrap_site *s, const char *name, uint32_t *index)
{
	struct cursor names;
	uint32_t count = 0;
	if (find_names(s, WRAP_NAMES_FUNCTIONS, &names))
		count = count_named(&names, name, index);
	if (wrap_site_check(s, &names))
		return -1;
	if (count != 1)
		return err_set(s->err, ERR_NOT_FOUND, "it has %s function named %s",
			count ? "more than one" : "no", name);
	if (*index < s->imported_functions || *index - s->imported_functions >= s->functions)
		return err_set(s->err, ERR_NOT_FOUND, "its function %s is not its own", name);
	return 0;
}

/* ---- types ---- */

/* Entry `wanted` of the type section: how many parameters and results. */
static int read_type(struct wrap_site *s, uint32_t wanted, uint32_t *parameters, uint32_t *results)
{
	struct cursor cursor = anatomy_contents(&s->anatomy, GRAMMAR_TYPE);
	uint32_t count = cursor_u32(&cursor);
	if (wanted >= count)
		cursor_fault(&cursor, "a type is not there");
	for (uint32_t i = 0; i <= wanted && !cursor.fault; i++) {
		if (cursor_byte(&cursor) != TYPE_FUNCTION && !cursor.fault)
			return err_set(s->err, ERR_NOT_FOUND, "it has types that are no functions' types");
		*parameters = cursor_u32(&cursor);
		for (uint32_t left = *parameters; left > 0 && !cursor.fault; left--)
			grammar_skip_type(&cursor);
		*results = cursor_u32(&cursor);
		for (uint32_t left = *results; left > 0 && !cursor.fault; left--)
			grammar_skip_type(&cursor);
	}
	return wrap_site_check(s, &cursor);
}

static int read_types(struct wrap_site *s)
{
	uint32_t import_parameters, results;
	if (read_type(s, s->import_type, &import_parameters, &s->import_results)
	    || read_type(s, s->type, &s->parameters, &results))
		return -1;
	return import_parameters == 0 ? 0 : err_set(s->err, ERR_NOT_FOUND, "its import %s takes parameters",
		s->wanted->import_name);
}

/* ---- what the module defines ---- */

static int read_counts(struct wrap_site *s)
{
	struct cursor functions = anatomy_contents(&s->anatomy, GRAMMAR_FUNCTION);
	struct cursor globals = anatomy_contents(&s->anatomy, GRAMMAR_GLOBAL);
	s->functions = cursor_u32(&functions);
	if (anatomy_has(&s->anatomy, GRAMMAR_GLOBAL))
		s->globals = cursor_u32(&globals);
	return wrap_site_check(s, &functions) || wrap_site_check(s, &globals) ? -1 : 0;
}

static int read_function_type(struct wrap_site *s)
{
	struct cursor types = anatomy_contents(&s->anatomy, GRAMMAR_FUNCTION);
	cursor_u32(&types);
	for (uint32_t i = s->imported_functions; i <= s->function && !types.fault; i++)
		s->type = cursor_u32(&types);
	return wrap_site_check(s, &types);
}

static int check_exports(struct wrap_site *s)
{
	bool taken = false;
	struct cursor cursor = anatomy_contents(&s->anatomy, GRAMMAR_EXPORT);
	if (!anatomy_has(&s->anatomy, GRAMMAR_EXPORT))
		return err_set(s->err, ERR_NOT_FOUND, "it exports nothing");
	for (uint32_t left = cursor_u32(&cursor); left > 0 && !cursor.fault; left--) {
		char *name = cursor_name(&cursor);
		grammar_kind(&cursor);
		cursor_u32(&cursor);
		taken |= strcmp(name, INSTRUMENT_PHASE) == 0;
		free(name);
	}
	if (wrap_site_check(s, &cursor))
		return -1;
	return taken ? err_set(s->err, ERR_NOT_FOUND, "it exports %s already", INSTRUMENT_PHASE) : 0;
}

/* An entry of the code section, without its size, which stands at `start`; `code` is left behind it. */
static struct cursor find_body(const struct wrap_site *s, uint32_t function, size_t *start,
	struct cursor *code)
{
	struct cursor body = { 0 };
	*start = 0;
	*code = anatomy_contents(&s->anatomy, GRAMMAR_CODE);
	if (cursor_u32(code) != s->functions)
		cursor_fault(code, "functions and their bodies differ in number");
	for (uint32_t i = s->imported_functions; i <= function && !code->fault; i++) {
		*start = code->at;
		body = cursor_part(code, cursor_u32(code));
	}
	return body;
}

static int check_caller(struct wrap_site *s, const char *name)
{
	uint32_t index = 0;
	size_t start;
	struct cursor code;
	if (find_function(s, name, &index))
		return -1;
	struct cursor body = find_body(s, index, &start, &code);
	if (wrap_site_check(s, &code))
		return -1;
	bool calls = instructions_call(&body, s->function);
	if (wrap_site_check(s, &body))
		return -1;
	return calls ? 0 : err_set(s->err, ERR_NOT_FOUND, "its function %s does not call %s", name,
		s->wanted->function);
}

static int check_callers(struct wrap_site *s)
{
	for (const struct json *m = json_first(s->wanted->callers); m; m = json_next(m)) {
		if (check_caller(s, json_as_text(m, "")))
			return -1;
	}
	return 0;
}

static int take_body(struct wrap_site *s)
{
	s->body = find_body(s, s->function, &s->body_start, &s->behind);
	return wrap_site_check(s, &s->behind);
}

int wrap_site_find(struct wrap_site *s, const void *bytes, size_t length,
	const struct instrument *wanted, struct err *err)
{
	*s = (struct wrap_site){ .wanted = wanted, .err = err };
	anatomy_read(&s->anatomy, bytes, length);
	if (wrap_site_check(s, &s->anatomy.cursor) || read_imports(s) || read_counts(s)
	    || find_function(s, wanted->function, &s->function) || read_function_type(s) || read_types(s)
	    || check_exports(s) || take_body(s))
		return -1;
	return check_callers(s);
}

void wrap_site_release(struct wrap_site *s)
{
	anatomy_release(&s->anatomy);
}

uint32_t wrap_site_new_function(const struct wrap_site *s)
{
	return s->imported_functions + s->functions;
}

uint32_t wrap_site_new_global(const struct wrap_site *s)
{
	return s->imported_globals + s->globals;
}
