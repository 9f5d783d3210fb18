module wasmograph.example/layout

go 1.19
