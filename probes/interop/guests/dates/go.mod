module dates

go 1.19
