/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: one table of options, one of words for each list. */
#include "server-options.h"

#include <getopt.h>
#include <string.h>

#include "base/parse.h"

struct word {
	const char *name;
	unsigned int bits;
};

static const struct word SCHEMES[] = {
	{ "negotiate", HV_SCHEME_NEGOTIATE },
	{ "kerberos", HV_SCHEME_KERBEROS },
	{ "basic", HV_SCHEME_BASIC },
	{ "certificate", SIM_SCHEME_CERTIFICATE },
	{ NULL, 0 },
};

static const struct word DENIALS[] = {
	{ "winrm", SIM_DENY_WINRM },
	{ "wmi", SIM_DENY_WMI },
	{ "hyperv", SIM_DENY_HYPERV },
	{ "events", SIM_DENY_EVENTS },
	{ "shell", SIM_DENY_SHELL },
	{ "elevation", SIM_DENY_ELEVATION },
	{ "methods", SIM_DENY_METHODS },
	{ NULL, 0 },
};

static const struct word LACKS[] = {
	{ "hyperv", SIM_NO_HYPERV },
	{ "subscribe", SIM_NO_SUBSCRIBE },
	{ "channel", SIM_NO_CHANNEL },
	{ NULL, 0 },
};

static const struct word QUOTAS[] = {
	{ "operations", SIM_QUOTA_OPERATIONS },
	{ "shells", SIM_QUOTA_SHELLS },
	{ NULL, 0 },
};

static const struct word GENERATIONS[] = {
	{ "2008r2", SIM_2008_R2 },
	{ "2012", SIM_2012 },
	{ "2012r2", SIM_2012_R2 },
	{ NULL, 0 },
};

static const struct word SNAPSHOT_FAILURES[] = {
	{ "create", SIM_CREATE_REFUSED },
	{ "create-denied", SIM_CREATE_DENIED },
	{ "create-job", SIM_CREATE_JOB },
	{ "create-stuck", SIM_CREATE_STUCK },
	{ "create-late", SIM_CREATE_LATE },
	{ "create-nothing", SIM_CREATE_NOTHING },
	{ "create-half", SIM_CREATE_HALF },
	{ "create-two", SIM_CREATE_TWO },
	{ "remove", SIM_REMOVE_REFUSED },
	{ "remove-once", SIM_REMOVE_ONCE },
	{ "remove-job", SIM_REMOVE_JOB },
	{ "remove-stuck", SIM_REMOVE_STUCK },
	{ "merge-job", SIM_MERGE_JOB },
	{ "merge-stuck", SIM_MERGE_STUCK },
	{ NULL, 0 },
};

enum option_id {
	OPTION_CAPTURE = 1,
	OPTION_HTTP,
	OPTION_HTTPS,
	OPTION_CERTIFICATE,
	OPTION_KEY,
	OPTION_CLIENT_CA,
	OPTION_READY,
	OPTION_COUNTERS,
	OPTION_LOG,
	OPTION_AUTH,
	OPTION_USER,
	OPTION_ALLOW_UNENCRYPTED,
	OPTION_STRICT_BINDING,
	OPTION_GENERATION,
	OPTION_DENY,
	OPTION_LACK,
	OPTION_QUOTA,
	OPTION_TIMES_OUT,
	OPTION_PULL_FAILS,
	OPTION_ENDLESS,
	OPTION_PLAIN_ENUMERATE,
	OPTION_PAGE_CHARS,
	OPTION_INJECT,
	OPTION_GERMAN,
	OPTION_SNAPSHOTS,
	OPTION_SNAPSHOT_FAILS,
	OPTION_JOB_POLLS,
};

static const struct option OPTIONS[] = {
	{ "capture", required_argument, NULL, OPTION_CAPTURE },
	{ "http", optional_argument, NULL, OPTION_HTTP },
	{ "https", optional_argument, NULL, OPTION_HTTPS },
	{ "certificate", required_argument, NULL, OPTION_CERTIFICATE },
	{ "key", required_argument, NULL, OPTION_KEY },
	{ "client-ca", required_argument, NULL, OPTION_CLIENT_CA },
	{ "ready", required_argument, NULL, OPTION_READY },
	{ "counters", required_argument, NULL, OPTION_COUNTERS },
	{ "log", required_argument, NULL, OPTION_LOG },
	{ "auth", required_argument, NULL, OPTION_AUTH },
	{ "user", required_argument, NULL, OPTION_USER },
	{ "allow-unencrypted", no_argument, NULL, OPTION_ALLOW_UNENCRYPTED },
	{ "strict-binding", no_argument, NULL, OPTION_STRICT_BINDING },
	{ "generation", required_argument, NULL, OPTION_GENERATION },
	{ "deny", required_argument, NULL, OPTION_DENY },
	{ "lack", required_argument, NULL, OPTION_LACK },
	{ "quota", required_argument, NULL, OPTION_QUOTA },
	{ "times-out", no_argument, NULL, OPTION_TIMES_OUT },
	{ "pull-fails", no_argument, NULL, OPTION_PULL_FAILS },
	{ "endless", no_argument, NULL, OPTION_ENDLESS },
	{ "plain-enumerate", no_argument, NULL, OPTION_PLAIN_ENUMERATE },
	{ "page-chars", required_argument, NULL, OPTION_PAGE_CHARS },
	{ "inject", required_argument, NULL, OPTION_INJECT },
	{ "german", no_argument, NULL, OPTION_GERMAN },
	{ "snapshots", no_argument, NULL, OPTION_SNAPSHOTS },
	{ "snapshot-fails", required_argument, NULL, OPTION_SNAPSHOT_FAILS },
	{ "job-polls", required_argument, NULL, OPTION_JOB_POLLS },
	{ NULL, 0, NULL, 0 },
};

static const struct word *find_word(const struct word *words, const char *name, size_t len)
{
	for (; words->name; words++) {
		if (strlen(words->name) == len && memcmp(words->name, name, len) == 0)
			return words;
	}
	return NULL;
}

/* Words separated by commas; their bits are set in *bits. */
static int parse_list(
	const char *text, const struct word *words, unsigned int *bits, struct hv_err *err)
{
	for (;;) {
		size_t len = strcspn(text, ",");
		const struct word *word = find_word(words, text, len);

		if (!word)
			return hv_err_set(err, HV_ERR_ARGUMENT, "unknown word \"%.*s\"",
				(int)(len < 100 ? len : 100), text);
		*bits |= word->bits;
		if (text[len] == '\0')
			return 0;
		text += len + 1;
	}
}

static int parse_listen(const char *port, struct sim_listen *ret, struct hv_err *err)
{
	uint64_t value = 0;

	if (port && hv_parse_u64(port, 0, UINT16_MAX, &value, err))
		return -1;
	*ret = (struct sim_listen){ .wanted = true, .port = (uint16_t)value };
	return 0;
}

static int parse_generation(const char *text, struct sim_host_config *ret, struct hv_err *err)
{
	const struct word *word = find_word(GENERATIONS, text, strlen(text));

	if (!word)
		return hv_err_set(err, HV_ERR_ARGUMENT, "unknown generation \"%.100s\"", text);
	ret->generation = (enum sim_generation)word->bits;
	ret->guess_generation = false;
	return 0;
}

static int parse_page_chars(const char *text, size_t *ret, struct hv_err *err)
{
	uint64_t value;

	if (hv_parse_u64(text, 1, UINT32_MAX, &value, err))
		return -1;
	*ret = (size_t)value;
	return 0;
}

static int parse_snapshot_failure(
	const char *text, struct sim_snapshot_config *ret, struct hv_err *err)
{
	const struct word *word = find_word(SNAPSHOT_FAILURES, text, strlen(text));

	if (!word)
		return hv_err_set(err, HV_ERR_ARGUMENT, "unknown failure \"%.100s\"", text);
	ret->failure = (enum sim_snapshot_failure)word->bits;
	ret->enabled = true;
	return 0;
}

static int parse_polls(const char *text, struct sim_snapshot_config *ret, struct hv_err *err)
{
	uint64_t value;

	if (hv_parse_u64(text, 0, UINT16_MAX, &value, err))
		return -1;
	ret->polls = (unsigned int)value;
	ret->enabled = true;
	return 0;
}

static int add_inject(struct sim_settings *s, const char *text, struct hv_err *err)
{
	if (s->server.inject_count >= SIM_INJECT_MAX)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %d faults", (int)SIM_INJECT_MAX);
	return sim_inject_parse(text, &s->injects[s->server.inject_count++], err);
}

static int set_bit(unsigned int *bits, unsigned int bit)
{
	*bits |= bit;
	return 0;
}

static int set_text(const char **text, const char *value)
{
	*text = value;
	return 0;
}

static int set_flag(bool *flag)
{
	*flag = true;
	return 0;
}

static int set_option(
	struct sim_settings *s, enum option_id option, const char *value, struct hv_err *err)
{
	switch (option) {
	case OPTION_CAPTURE:
		return set_text(&s->host.capture, value);
	case OPTION_HTTP:
		return parse_listen(value, &s->server.http, err);
	case OPTION_HTTPS:
		return parse_listen(value, &s->server.https, err);
	case OPTION_CERTIFICATE:
		return set_text(&s->certificate, value);
	case OPTION_KEY:
		return set_text(&s->key, value);
	case OPTION_CLIENT_CA:
		return set_text(&s->client_ca, value);
	case OPTION_READY:
		return set_text(&s->ready, value);
	case OPTION_COUNTERS:
		return set_text(&s->counters, value);
	case OPTION_LOG:
		return set_text(&s->log, value);
	case OPTION_AUTH:
		return parse_list(value, SCHEMES, &s->server.schemes, err);
	case OPTION_USER:
		return set_text(&s->server.account, value);
	case OPTION_ALLOW_UNENCRYPTED:
		return set_flag(&s->server.allow_unencrypted);
	case OPTION_STRICT_BINDING:
		return set_flag(&s->server.strict_binding);
	case OPTION_GENERATION:
		return parse_generation(value, &s->host, err);
	case OPTION_DENY:
		return parse_list(value, DENIALS, &s->host.denied, err);
	case OPTION_LACK:
		return parse_list(value, LACKS, &s->host.denied, err);
	case OPTION_QUOTA:
		return parse_list(value, QUOTAS, &s->host.denied, err);
	case OPTION_TIMES_OUT:
		return set_bit(&s->host.denied, SIM_TIMES_OUT);
	case OPTION_PULL_FAILS:
		return set_bit(&s->host.denied, SIM_PULL_FAILS);
	case OPTION_ENDLESS:
		return set_flag(&s->host.endless);
	case OPTION_PLAIN_ENUMERATE:
		return set_flag(&s->host.plain_enumerate);
	case OPTION_PAGE_CHARS:
		return parse_page_chars(value, &s->host.page_chars, err);
	case OPTION_INJECT:
		return add_inject(s, value, err);
	case OPTION_GERMAN:
		return set_flag(&s->host.german);
	case OPTION_SNAPSHOTS:
		return set_flag(&s->host.snapshots.enabled);
	case OPTION_SNAPSHOT_FAILS:
		return parse_snapshot_failure(value, &s->host.snapshots, err);
	case OPTION_JOB_POLLS:
		return parse_polls(value, &s->host.snapshots, err);
	}
	return hv_err_set(err, HV_ERR_ARGUMENT, "usage: hyperv_sim --capture FILE [options]");
}

int sim_settings_parse(int argc, char **argv, struct sim_settings *ret, struct hv_err *err)
{
	struct sim_listen *http = &ret->server.http;
	int index = 0;
	int c;

	*ret = (struct sim_settings){
		.host = { .guess_generation = true, .snapshots = { .polls = SIM_SNAPSHOT_POLLS } },
		.server = { .injects = ret->injects, .log_fd = -1 },
	};
	while ((c = getopt_long(argc, argv, "", OPTIONS, &index)) != -1) {
		if (c == '?')
			return hv_err_set(err, HV_ERR_ARGUMENT, "unknown option");
		if (set_option(ret, (enum option_id)c, optarg, err))
			return hv_err_wrap(err, "--%s", OPTIONS[index].name);
	}
	if (optind < argc || !ret->host.capture)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "usage: hyperv_sim --capture FILE [options]");
	http->wanted = http->wanted || !ret->server.https.wanted;
	if (ret->server.schemes == 0)
		ret->server.schemes = HV_SCHEME_NEGOTIATE | HV_SCHEME_KERBEROS;
	return 0;
}
