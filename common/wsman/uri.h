/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of WS-Management and of its Windows dialect. [DSP0226; MS-WSMV 2.2.1] */
#ifndef HV_WSMAN_URI_H
#define HV_WSMAN_URI_H

/* Namespaces, by the prefixes that requests use. */
#define HV_URI_S   "http://www.w3.org/2003/05/soap-envelope"
#define HV_URI_A   "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define HV_URI_W   "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define HV_URI_P   "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define HV_URI_N   "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define HV_URI_E   "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define HV_URI_X   "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define HV_URI_F   "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
#define HV_URI_RSP "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define HV_URI_XSI "http://www.w3.org/2001/XMLSchema-instance"
#define HV_URI_ID  "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define HV_URI_EPR HV_URI_A "/role/anonymous"
#define HV_URI_ERR "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"

/* Resources. */
#define HV_URI_EVENTLOG "http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog"
#define HV_URI_SHELL    HV_URI_RSP "/cmd"

#endif
