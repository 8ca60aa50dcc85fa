import ArgumentParser
import MILEvaluation

/// The command `milbench`.
struct RootCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "milbench",
    abstract: "The reference benchmark harness for multiple-instance learning.",
    discussion: """
      Examples:
        milbench list models
        milbench describe musk1
        milbench evaluate --model attention --dataset musk1 --repeats 1
        milbench run dp-minn/classical
        milbench compare attention mi-net-bag --datasets musk1 musk2
        milbench report
        milbench submit dp-minn/classical --tasks 16
        milbench verify results/dp-minn/classical --sample 60
        milbench entry check theirs.jsonl.gz
        milbench new pooling TopKMean
        milbench doctor

      Data sets that are not shipped are looked for in the folders that the environment variable MILBENCH_DATA names, \
      separated by colons, and where 'milbench data get' puts them. Descriptions of external models are read from the \
      folder models, and from the files and folders that MILBENCH_MODELS names.

      Exit codes: 0 where all is well, 64 for a mistake in the call, 74 where standard output cannot be written, 3 \
      where trials failed or diverged, 1 for every other error; a signal ends the command as that signal.
      """,
    version: MILBenchVersion.current,
    subcommands: [
      ListCommand.self, DescribeCommand.self, EvaluateCommand.self, CompareCommand.self, RunCommand.self,
      SubmitCommand.self, StatusCommand.self, VerifyCommand.self, EntryCommand.self, ReportCommand.self,
      TrainCommand.self, PredictCommand.self, ExplainCommand.self, DataCommand.self, AuditCommand.self,
      FoldsCommand.self, PackCommand.self, NewCommand.self, DoctorCommand.self,
    ])
}
