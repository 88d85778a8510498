/* bind FAMILY TYPE PROTOCOL ADDRESS [LENGTH] */
#define BIND
#include "connect.c"
