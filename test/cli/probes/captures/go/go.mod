module captured

go 1.22
