module wasmograph.example/planted

go 1.19
