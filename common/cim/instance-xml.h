/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instances of WMI classes as they stand in SOAP answers [DSP0227, DSP0230] to property bags. */
#ifndef HV_CIM_INSTANCE_XML_H
#define HV_CIM_INSTANCE_XML_H

#include "base/err.h"
#include "cim/sink.h"

struct _xmlNode;

/* Namespace URI of the elements of a class: this, the WMI namespace, '/', the class. Matched
 * without regard to case. */
#define HV_WMI_URI_PREFIX "http://schemas.microsoft.com/wbem/wsman/1/wmi/"

enum { HV_INSTANCE_MAX_TEXT = 4 << 20 }; /* bytes of one value */

/* Gives one instance to the sink's bag(). Namespace and class are those of the element; those of an
 * XmlFragment, whose properties have lost both, are the ones that were asked for (ns as in struct
 * hv_bag).
 *
 * Values are texts, which the accessors of bags convert. xsi:nil is null, a repeated element an
 * array, a date its text, a reference an object of its selectors, an embedded instance an object of
 * its properties. */
int hv_instance_xml_read(const struct _xmlNode *item, const char *asked_ns, const char *asked_class,
	const struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

#endif
