module payload

go 1.19
