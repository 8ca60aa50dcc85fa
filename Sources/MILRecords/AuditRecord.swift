import Foundation

/// One run of an audit: a model trained on bags of an algorithmic test and evaluated on test bags; one line of JSON.
///
/// The test, the padding, the counts and the seed determine the bags, so the record does not keep scores.
package struct AuditRecord: JournalRecord {
  /// The number of the layout that this code writes and reads.
  package static let currentFormat = 1

  /// A noun for one line of a journal of audits, for error messages.
  package static let noun = "one run of an audit"

  /// The number of the record's layout.
  package var format = AuditRecord.currentFormat
  /// The identity of the run.
  package var key: AuditKey
  /// The resolved configuration of the model, as canonical JSON.
  package var configuration: String
  /// Whether the features were standardised with statistics of the training instances.
  package var isStandardised: Bool
  /// How the run ended.
  package var status = TrialStatus.failed
  /// The reason, if the run did not finish.
  package var message: String?
  /// The area under the ROC curve of the training bags, scored after training; nil if the run did not finish.
  package var trainingAUC: Double?
  /// The area under the ROC curve of the test bags; nil if the run did not finish.
  package var testAUC: Double?
  /// Wall-clock seconds of training and scoring.
  package var seconds = 0.0
  /// The version of the program that made the run.
  package var version: String
  /// The digest of the program that contains the model's code; nil if the code is part of a release.
  package var code: String?
  /// The model's name in tables; nil in older records.
  package var title: String?
  /// The BLAS core that computed the run.
  package var core: String

  /// Creates a record without measurements; the caller sets the measured properties afterwards.
  package init(key: AuditKey, configuration: String, isStandardised: Bool, version: String, core: String) {
    self.key = key
    self.configuration = configuration
    self.isStandardised = isStandardised
    self.version = version
    self.core = core
  }

  /// Always nil: no part of an audit's record contradicts another.
  package var problem: String? { nil }

  /// The settings that determine the result together with the key.
  package var settings: [String?] { [configuration, "\(isStandardised)", code] }
}

/// The identity of a run of an audit.
package struct AuditKey: Codable, Hashable, Sendable, CustomStringConvertible {
  /// The model id.
  package var model: String
  /// The name of the test's bags, for example `synthetic/two-concepts[version=2]`.
  package var test: String
  /// The number of instances up to which bags are padded with background; 0 for none.
  package var minimumSize: Int
  /// The number of training bags.
  package var trainingBags: Int
  /// The number of test bags.
  package var testBags: Int
  /// The seed of the bags and of the training, from 1.
  package var seed: Int

  /// Creates a key from its parts.
  package init(model: String, test: String, minimumSize: Int, trainingBags: Int, testBags: Int, seed: Int) {
    self.model = model
    self.test = test
    self.minimumSize = minimumSize
    self.trainingBags = trainingBags
    self.testBags = testBags
    self.seed = seed
  }

  /// The parts of the key in one line for the user.
  package var description: String {
    "\(model), \(test)\(minimumSize > 0 ? " padded to \(minimumSize)" : ""), seed \(seed)"
  }
}
