print("milbench")
