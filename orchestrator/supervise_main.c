/* The supervisor as a program of its own, embedded in wasmograph (supervisor/image.h). */
#include <sys/prctl.h>

#include "supervisor/supervise.h"

int main(int argc, char **argv)
{
	prctl(PR_SET_NAME, "wasmograph"); /* else it would be the number of a descriptor */
	return supervise(argc, argv);
}
