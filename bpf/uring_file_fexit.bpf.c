// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Requests of io_uring that do something with names. */
#include "naming.h"
#include "uring_fexit.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline void keep_request_name(struct record *record, const struct filename *filename, __u32 opcode,
					      bool is_last)
{
	__u32 position = record->names & (NAMES - 1);

	if (!filename)
		return;
	record->name[position].user = name_token(opcode, is_last);
	record->name[position].cut = 0;
	keep_text(&record->name[position], position, BPF_CORE_READ(filename, name));
	record->names = position + 1;
}

static __always_inline void keep_request_names(struct record *record, const struct io_kiocb *request)
{
	struct request_paths paths;

	paths_of(&paths, request, record->opcode);
	keep_request_name(record, paths.first, record->opcode, false);
	keep_request_name(record, paths.last, record->opcode, true);
}

static __always_inline void open_request_event(struct record *record)
{
	const struct io_kiocb *request = (void *)record->request;
	struct opened opened;

	find_opened_with_result(&opened, record, BPF_CORE_READ(request, cqe.res));
	open_event(record, &opened, 0);
}

REQUEST(io_openat, keep_request_names, has_succeeded, open_request_event)
REQUEST(io_openat2, keep_request_names, has_succeeded, open_request_event)
REQUEST(io_unlinkat, keep_request_names, has_succeeded, unlink_event)
REQUEST(io_renameat, keep_request_names, has_succeeded, rename_event)
REQUEST(io_symlinkat, keep_request_names, has_succeeded, symlink_event)
REQUEST(io_mkdirat, keep_request_names, has_succeeded, mkdir_event)
REQUEST(io_linkat, keep_request_names, has_succeeded, link_event)
