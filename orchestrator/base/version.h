/* The program's own version, stored with every run. */
#ifndef WASMOGRAPH_BASE_VERSION_H
#define WASMOGRAPH_BASE_VERSION_H

#define WASMOGRAPH_VERSION "0.1.0"

#endif
