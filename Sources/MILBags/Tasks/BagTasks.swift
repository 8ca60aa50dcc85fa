import Foundation
import MILRecords
import UserInput

/// All tasks, by name.
package enum BagTasks {
  /// All of them.
  package static let all: [any BagTask.Type] = [
    TwoClasses.self, SeveralClasses.self, NumberPrediction.self, DiscreteSurvival.self, CoxSurvival.self,
  ]

  /// The tasks that can be requested in place of the default for the targets, with their usual settings.
  private static let alternatives: [any BagTask] = [CoxSurvival()]

  /// Returns the task of that name, if it can be requested in place of the default for the targets.
  package static func alternative(named name: String) -> (any BagTask)? {
    alternatives.first { type(of: $0).id == name }
  }

  /// The tasks that can be requested in place of the default for targets of a kind.
  package static func alternatives(for kind: Targets.Kind) -> [any BagTask] {
    alternatives.filter { $0.targetKind == kind }
  }

  /// The task of files that name none, and of networks traced before their bags are known: two classes.
  package static var unnamed: any BagTask { TwoClasses() }

  /// Returns the name of a task in files; nil if it is ``unnamed``.
  package static func name(of task: any BagTask) -> String? {
    type(of: task) == type(of: unnamed) ? nil : type(of: task).id
  }

  /// Returns the settings of a task for files: all of its properties, as JSON with sorted keys.
  package static func settings(of task: any BagTask) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(task), as: UTF8.self)
  }

  /// Returns the task that a file names.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - settings: the text of ``settings(of:)``.
  ///   - types: the tasks that a file may name.
  /// - Throws: ``TaskError`` for an unknown name, for unreadable settings, and for sizes that no network has.
  package static func task(
    named name: String, settings: String, among types: [any BagTask.Type] = all
  ) throws -> any BagTask {
    guard let type = types.first(where: { $0.id == name }) else {
      throw TaskError(
        "the task \(name.onOneLine(limit: 40)), expected one of \(types.map { $0.id }.joined(separator: ", "))")
    }
    guard let task: any BagTask = try? JSONDecoder().decode(type, from: Data(settings.utf8)) else {
      throw TaskError("the task \(name) with unreadable settings \(settings.onOneLine(limit: 80))")
    }
    let sizes = 1...1 << 16
    guard [task.outputColumns, task.predictionColumns, task.targetColumns].allSatisfy(sizes.contains) else {
      throw TaskError("the task \(name) with sizes outside \(sizes.lowerBound) to \(sizes.upperBound)")
    }
    return task
  }
}
