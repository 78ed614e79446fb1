"""From query trees and records to results: values, targets, verdicts, evidence."""
