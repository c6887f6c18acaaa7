/* SPDX-License-Identifier: GPL-2.0-only */
/* Two of bench/mod_cancel.pml beside each other.
 * Must not know what is measured.
 */

#define CORES	2
#include "mod_cancel.pml"
