module wasmprofile

go 1.22
