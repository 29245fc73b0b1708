/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of advice, walked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "wsman/trouble.h"

static void test_trouble_table(void **state)
{
	static const struct {
		enum hv_trouble trouble;
		const char *advice; /* a part; NULL: none */
		bool is_local;
		bool is_unreachable;
	} CASES[] = {
		{ HV_TROUBLE_NONE, NULL, false, false },
		{ HV_TROUBLE_LOCAL, NULL, false, false },
		{ HV_TROUBLE_RESOLVE, "getent hosts", true, true },
		{ HV_TROUBLE_REFUSED, "Enable-PSRemoting -Force", false, true },
		{ HV_TROUBLE_UNREACHABLE, "New-NetFirewallRule", false, true },
		{ HV_TROUBLE_TIMEOUT, "Enable-NetFirewallRule", false, true },
		{ HV_TROUBLE_BROKEN, NULL, false, true },
		{ HV_TROUBLE_TLS_EXPIRED, "CertificateThumbprint", false, false },
		{ HV_TROUBLE_TLS_NAME, "--tls-server-name", true, false },
		{ HV_TROUBLE_TLS_UNKNOWN_CA, "--ca-file", false, false },
		{ HV_TROUBLE_TLS, NULL, false, false },
		{ HV_TROUBLE_TOO_LARGE, NULL, false, false },
		{ HV_TROUBLE_NO_COMMON_SCHEME, "winrm/config/service/auth", false, false },
		{ HV_TROUBLE_CREDENTIALS, "net user ACCOUNT", false, false },
		{ HV_TROUBLE_NO_TICKET, "kinit -k -t KEYTAB", true, false },
		{ HV_TROUBLE_CLOCK_SKEW, "w32tm /resync", false, false },
		{ HV_TROUBLE_UNKNOWN_SERVER, "setspn -L", false, false },
		{ HV_TROUBLE_NO_KDC, "KRB5_TRACE", true, false },
		{ HV_TROUBLE_AUTH, NULL, false, false },
		{ HV_TROUBLE_SEALING_DEMANDED, "--ssl", false, false },
		{ HV_TROUBLE_NOT_SEALED, NULL, false, false },
		{ HV_TROUBLE_BAD_SEAL, NULL, false, false },
		{ HV_TROUBLE_HTTP, "winrm/config/listener", false, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *advice = hv_trouble_advice(CASES[i].trouble);

		assert_int_equal(CASES[i].trouble, i);
		if ((advice != NULL) != (CASES[i].advice != NULL) ||
			(advice != NULL && !strstr(advice, CASES[i].advice)))
			fail_msg("%zu: %s", i, advice ? advice : "no advice");
		if (advice != NULL)
			assert_null(strchr(advice, '\n'));
		assert_int_equal(hv_trouble_advice_is_local(CASES[i].trouble), CASES[i].is_local);
		assert_int_equal(
			hv_trouble_is_unreachable(CASES[i].trouble), CASES[i].is_unreachable);
	}
	assert_int_equal(HV_ARRAY_LEN(CASES), HV_TROUBLE_HTTP + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trouble_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
