"""System calls by which processes talk to each other."""

TABLE = """
[ipc ipc_pipe]
pipe(pipefd:pair_out) -> zero
pipe2(pipefd:pair_out, flags:flags:open_only) -> zero
eventfd(initval:uint) -> fd
eventfd2(initval:uint, flags:flags:eventfd) -> fd

[ipc ipc_msgq]
msgget(key:int, msgflg:int) -> any
msgsnd(msqid:int, msgp:ptr, msgsz:ulong, msgflg:int) -> zero
msgrcv(msqid:int, msgp:ptr, msgsz:ulong, msgtyp:long, msgflg:int) -> size
msgctl(msqid:int, cmd:enum:ipc_cmd, buf:ptr) -> any
mq_open(name:str, oflag:flags:open, mode:mode, attr:ptr) -> fd
mq_unlink(name:str) -> zero
mq_timedsend(mqdes:fd, msg_ptr:ptr, msg_len:ulong, msg_prio:uint, abs_timeout:timespec) -> zero
mq_timedreceive(mqdes:fd, msg_ptr:ptr, msg_len:ulong, msg_prio:ptr, abs_timeout:timespec) -> size
mq_notify(mqdes:fd, sevp:ptr) -> zero
mq_getsetattr(mqdes:fd, newattr:ptr, oldattr:ptr) -> zero

[ipc ipc_sem]
semget(key:int, nsems:int, semflg:int) -> any
semop(semid:int, sops:ptr, nsops:uint) -> zero
semtimedop(semid:int, sops:ptr, nsops:uint, timeout:timespec) -> zero
semctl(semid:int, semnum:int, cmd:int, arg:ulong) -> any

[ipc ipc_shm]
shmget(key:int, size:ulong, shmflg:int) -> any
shmat(shmid:int, shmaddr:ptr, shmflg:int) -> address
shmdt(shmaddr:ptr) -> zero
shmctl(shmid:int, cmd:enum:ipc_cmd, buf:ptr) -> any

[ipc ipc_futex]
futex(uaddr:ptr, futex_op:int, val:uint, timeout:ptr, uaddr2:ptr, val3:uint) -> any
futex_waitv(waiters:ptr, nr_futexes:uint, flags:uint, timeout:timespec, clockid:enum:clock) -> any
futex_wake(uaddr:ptr, mask:ulong, nr:int, flags:uint) -> count
futex_wait(uaddr:ptr, val:ulong, mask:ulong, flags:uint, timeout:timespec, clockid:enum:clock) -> zero
futex_requeue(waiters:ptr, flags:uint, nr_wake:int, nr_requeue:int) -> count
"""
