module wasmograph.example/ping

go 1.19
