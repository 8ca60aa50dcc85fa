import MILBench

await MILBench.main(registry: try ModelRegistry.standard())
