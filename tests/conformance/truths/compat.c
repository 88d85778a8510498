/* Makes 32-bit system calls, whose numbers mean other calls to a 64-bit process. */
#include "truth.h"

static long call_32(long number, long first, long second, long third)
{
	long result;

	asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

int main(int argc, char **argv)
{
	long result = 0;

	/* Every number that some 64-bit call of interest has, with arguments that change nothing. */
	for (int number = 0; number < 460; number++)
		switch (number) {
		case 1: case 2: case 26: case 29: case 37: case 72: case 88: case 119: case 120: case 158: case 173: case 190:
		case 252: case 270: case 358: case 7: case 114: case 284: case 3: case 36: case 162: case 407: case 118:
		case 142: case 82: case 168: case 309: case 308: case 413: case 414: case 6: case 77: case 80: case 238:
		case 13: case 177: case 417: case 420: case 421: case 179: case 67: case 174: case 175: case 176: case 187:
		case 239: case 125: case 90: case 91: case 192: case 45: case 111:
			break; /* waits, ends or signals */
		case 49: case 41: case 42: case 43: case 50: case 59: case 85: case 87: case 101: case 105: case 113: case 122:
		case 257: case 272: case 288: case 319: case 321:
			result = call_32(number, -1, 0, 0);
		}
	tell();
	integer("last", result);
	told();
	call_32(1, 7, 0, 0); /* exit; 1 is write in 64 bits */
	return 0;
}
