import MILBench
import MILModels

await MILBench.main(registry: try ModelRegistry.standard())
