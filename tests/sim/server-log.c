/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line for each request: "STATUS SCHEME BODY ACTION RESOURCE", "-" for what there is not. */
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "server-parts.h"

enum { VALUE_MAX = 200, LINE_MAX_BYTES = 1024 };

/* Where the text of the first element of that name begins, whatever its prefix; NULL: nowhere.
 * For people who read the log: nothing is decided by this. */
static const char *find_element(const char *xml, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = strstr(xml, name); p; p = strstr(p + n, name)) {
		if (p == xml || (p[-1] != ':' && p[-1] != '<') || !strchr("> \t\r\n", p[n]))
			continue;
		p = strchr(p, '>');
		return p ? p + 1 : NULL;
	}
	return NULL;
}

static void add_value(struct hv_buf *line, const char *xml, const char *name)
{
	const char *value = xml ? find_element(xml, name) : NULL;
	size_t start = line->len;

	hv_buf_addc(line, ' ');
	for (; value && *value != '\0' && *value != '<' && line->len - start < VALUE_MAX; value++) {
		if (!isspace((unsigned char)*value))
			hv_buf_addc(line, isgraph((unsigned char)*value) ? *value : '?');
	}
	if (line->len == start + 1)
		hv_buf_addc(line, '-');
}

static const char *body_form(const struct sim_request *r)
{
	if (r->body.len == 0 && !r->too_large)
		return "empty";
	return r->sealed ? "sealed" : "plain";
}

/* The scheme of the header, be it refused or not, else that of the login. */
static const char *scheme_of(const struct sim_request *r)
{
	static const unsigned int KNOWN[] = { HV_SCHEME_NEGOTIATE, HV_SCHEME_KERBEROS,
		HV_SCHEME_BASIC };

	if (r->scheme || !r->authorization)
		return sim_scheme_name(r->scheme);
	for (size_t i = 0; i < HV_ARRAY_LEN(KNOWN); i++) {
		const char *name = hv_scheme_name(KNOWN[i]);

		if (strncasecmp(r->authorization, name, strlen(name)) == 0)
			return name;
	}
	return strncasecmp(r->authorization, "http:", 5) == 0
		       ? sim_scheme_name(SIM_SCHEME_CERTIFICATE)
		       : "-";
}

void sim_log(const struct sim_request *r, const struct sim_reply *reply)
{
	struct sim_server *s = r->listener->server;
	HV_AUTO(buf) line = { .max = LINE_MAX_BYTES };
	char *xml = NULL;
	size_t len;

	pthread_mutex_lock(&s->lock);
	s->traffic.requests++;
	s->traffic.bytes_in += r->body.len;
	s->traffic.bytes_out += reply->body.len;
	if (s->config.log_fd >= 0) {
		if (r->soap.len > 0 && hv_text_decode((const uint8_t *)r->soap.data, r->soap.len,
					       SIM_ANSWER_MAX, &xml, &len, NULL))
			xml = NULL;
		hv_buf_addf(&line, "%03d %s %s", reply->status, scheme_of(r), body_form(r));
		add_value(&line, xml, "Action");
		add_value(&line, xml, "ResourceURI");
		hv_buf_addc(&line, '\n');
		if (write(s->config.log_fd, hv_buf_str(&line), line.len) < 0)
			s->config.log_fd = -1;
		hv_free(xml);
	}
	pthread_mutex_unlock(&s->lock);
}
