import ArgumentParser
import Foundation
import Output

/// The command `milbench new`.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make a package for a model of your own.",
    discussion: """
      Examples:
        milbench new pooling TopKMean
        milbench new network SetBlock
      """,
    subcommands: [NewPooling.self, NewNetwork.self])
}

/// The command `milbench new pooling`.
struct NewPooling: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pooling", abstract: "Make a small package with a pooling of your own.",
    discussion: """
      The package builds, trains and passes its tests as made; its program bin/bench has every command of milbench, \
      with your pooling among the models. It depends on the package that milbench was built from, unless --package \
      names another.

      Examples:
        milbench new pooling TopKMean
        milbench new pooling TopKMean --folder poolings/top-k --package ../milbench
        milbench new pooling TopKMean \\
          --package https://git.example.org/milbench.git@0.1.0
      """)

  @Argument(help: "The name of the pooling's Swift type, such as TopKMean.") var name: String
  @OptionGroup var options: NewPackageOptions

  func run() throws { try options.make(.pooling, named: name) }
}

/// `milbench new network`
struct NewNetwork: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Make a small package with a network whose instances see each other.",
    discussion: """
      The network as made has layers for each instance, a block of self-attention over the bag with layer \
      normalisation and residuals, and attention pooling; it takes every task, and every parameter of a training. The \
      package builds, trains and passes its tests as made; its program bin/bench has every command of milbench, with \
      your network among the models.

      Examples:
        milbench new network SetBlock
        milbench new network SetBlock --folder networks/set-block \\
          --package ../milbench
      """)

  @Argument(help: "The name of the network's Swift type, such as SetBlock.") var name: String
  @OptionGroup var options: NewPackageOptions

  func run() throws { try options.make(.network, named: name) }
}

/// The options for the location and the dependency of a new package.
struct NewPackageOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder to make; by default one called after the model.", valueName: "folder"))
  var folder: String?
  @Option(
    help: ArgumentHelp(
      "The package of milbench: its folder, or its address and a version as address@1.2.3.", valueName: "place"))
  var package: String?

  func validate() throws {
    if folder?.isEmpty == true { throw ValidationError("--folder is empty, expected a folder to make") }
    if package?.isEmpty == true { throw ValidationError("--package is empty, expected a folder or address@version") }
  }

  /// Makes a package and prints the next steps.
  func make(_ kind: NewModelPackage.Kind, named text: String) throws {
    let name = try NewModelName(text, of: kind.rawValue, registry: MILBench.registry)
    let path = folder ?? name.type
    let target = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    let harness = try package.map(HarnessPackage.init) ?? HarnessPackage.ofThisProgram()
    try NewModelPackage(kind: kind, name: name, harness: harness, folder: target).write()
    try StandardOutput.print(
      """
      Made \(path); the \(kind.rawValue) is in \(path)/Sources/\(name.type)/\(name.type).swift. Try it with:

        cd \(path)
        make compare

      This builds bin/bench, which has all commands of milbench, and compares \(name.id) with others. Its tests: make test
      """)
  }
}
