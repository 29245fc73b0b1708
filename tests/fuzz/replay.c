/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over the files of its corpus, without a fuzzing engine, so that every finding
 * stays a regression test: `fuzz_x [DIR...]` prints TAP, one line a file. Each file is also tried
 * cut short, at a few dozen lengths. Without a directory the corpus is $srcdir/tests/fuzz/corpus/x.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_FILES = 10000, MAX_FILE_BYTES = 1 << 24, CUTS = 48 };

/* A fresh copy of exactly the right size lets a sanitizer see a read past the end. */
static bool run_prefix(const uint8_t *bytes, size_t len)
{
	HV_AUTO(bytes) copy = hv_alloc_array(len > 0 ? len : 1, 1);

	if (copy == NULL)
		return false;
	for (size_t i = 0; i < len; i++)
		copy[i] = bytes[i];
	LLVMFuzzerTestOneInput(copy, len);
	return true;
}

static bool run_file(const char *path)
{
	struct hv_err err = HV_ERR_INIT;
	uint8_t *bytes = NULL;
	size_t len = 0;
	bool ok = true;

	if (hv_file_load(path, MAX_FILE_BYTES, &bytes, &len, NULL, &err) < 0) {
		printf("# %s\n", err.text);
		return false;
	}
	for (size_t cut = 1; ok && cut <= CUTS; cut++)
		ok = run_prefix(bytes, len / CUTS * cut);
	ok = ok && run_prefix(bytes, len);
	hv_free(bytes);
	return ok;
}

static unsigned int run_directory(const char *directory, unsigned int *number)
{
	struct hv_err err = HV_ERR_INIT;
	char **names = NULL;
	size_t count = 0;
	unsigned int failures = 0;

	if (hv_file_list(directory, MAX_FILES, &names, &count, &err) < 0) {
		printf("not ok %u - %s\n", ++*number, err.text);
		return 1;
	}
	for (size_t i = 0; i < count; i++) {
		char path[4096];
		int n = snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		bool ok = n > 0 && (size_t)n < sizeof(path) && run_file(path);

		printf("%s %u - %s\n", ok ? "ok" : "not ok", ++*number, names[i]);
		failures += !ok;
	}
	hv_file_list_free(names, count);
	return failures;
}

static unsigned int run_own_corpus(const char *program, unsigned int *number)
{
	const char *name = strstr(program, "fuzz_");
	const char *srcdir = getenv("srcdir");
	char directory[4096];
	int n;

	while (name != NULL && strstr(name + 1, "fuzz_") != NULL)
		name = strstr(name + 1, "fuzz_");
	if (name == NULL)
		return 0;
	n = snprintf(directory, sizeof(directory), "%s/tests/fuzz/corpus/%s",
		srcdir != NULL ? srcdir : ".", name + strlen("fuzz_"));
	return n > 0 && (size_t)n < sizeof(directory) ? run_directory(directory, number) : 0;
}

int main(int argc, char **argv)
{
	unsigned int number = 0;
	unsigned int failures = 0;

	for (int i = 1; i < argc; i++)
		failures += run_directory(argv[i], &number);
	if (argc == 1)
		failures += run_own_corpus(argv[0], &number);
	if (number == 0) {
		printf("not ok 1 - the corpus is empty\n");
		number = 1;
		failures = 1;
	}
	printf("1..%u\n", number);
	return failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
