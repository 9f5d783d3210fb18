// A package with a function without body, which sysAlloc is, needs an assembly file, be it empty.
