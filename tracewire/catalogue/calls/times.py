"""System calls on clocks and timers."""

TABLE = """
[time time_tod]
time(tloc:ptr) -> any
gettimeofday(tv:ptr, tz:ptr) -> zero
settimeofday(tv:timeval, tz:ptr) -> zero
adjtimex(buf:ptr) -> any

[time time_clock]
clock_gettime(clockid:enum:clock, tp:ptr) -> zero
clock_settime(clockid:enum:clock, tp:timespec) -> zero
clock_getres(clockid:enum:clock, res:ptr) -> zero
clock_adjtime(clk_id:enum:clock, buf:ptr) -> any
clock_nanosleep(clockid:enum:clock, flags:flags:timer, request:timespec, remain:ptr) -> zero
nanosleep(req:timespec, rem:ptr) -> zero

[time time_timer]
alarm(seconds:uint) -> any
getitimer(which:enum:itimer, curr_value:ptr) -> zero
setitimer(which:enum:itimer, new_value:itimerval, old_value:ptr) -> zero
timer_create(clockid:enum:clock, sevp:ptr, timer_id:ptr) -> zero
timer_delete(timer_id:int) -> zero
timer_getoverrun(timer_id:int) -> any
timer_gettime(timer_id:int, curr_value:ptr) -> zero
timer_settime(timer_id:int, flags:flags:timer, new_value:itimerspec, old_value:ptr) -> zero
timerfd_create(clockid:enum:clock, flags:flags:timerfd) -> fd
timerfd_settime(fd:fd, flags:flags:timerfd_settime, new_value:itimerspec, old_value:ptr) -> zero
timerfd_gettime(fd:fd, curr_value:ptr) -> zero
"""
