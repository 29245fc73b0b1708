/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Virtual machine configuration files (.xml, Windows Server 2008 to 2012 R2) to bags of class
 * VirtualMachineConfiguration in namespace "files" (reference, section 2.2). */
#ifndef HV_CIM_VMCONFIG_H
#define HV_CIM_VMCONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cim/sink.h"

enum { HV_VMCONFIG_MAX_BYTES = 16 << 20 };

/* The bytes of one configuration file to one bag: Id, Name, Version, Generation,
 * CheckpointDataRoot, CheckpointCount, Checkpoints [{Id, Name}], DiskMergePending, Disks [{Path,
 * Type, Bus, Controller, Slot}]. What the file does not tell is not there. A checkpoint's own
 * configuration file (below Snapshots\) also has CheckpointOf, the GUID of its machine. */
int hv_vmconfig_read(const uint8_t *bytes, size_t len, const char *origin, struct hv_sink *sink,
	struct hv_err *err) HV_MUST_USE;

#endif
