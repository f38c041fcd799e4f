using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Diffah.PowerShell.Completion;

/// <summary>
/// Completes a number with those that are commonly meant. Where none fits, what is typed stays: PowerShell would offer
/// files.
/// </summary>
/// <param name="values">The values, each with what it means.</param>
public abstract class NumberCompleter(params (string Value, string Meaning)[] values) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Words.MatchingOrTyped(values, wordToComplete);

    private protected static (string Value, string Meaning)[] Range(int first, int last, Func<int, string> meaning) =>
        [.. Enumerable.Range(first, last - first + 1)
            .Select(number => (number.ToString(CultureInfo.InvariantCulture), meaning(number)))];
}

/// <summary>Completes a number of workers: up to the machine's processors.</summary>
public sealed class WorkerCountCompleter()
    : NumberCompleter(Range(1, Environment.ProcessorCount, number => $"{number} layers at the same time"));

/// <summary>Completes a number of baseline layers to try.</summary>
public sealed class CandidateCountCompleter()
    : NumberCompleter(Range(1, 8, number => $"{number} baseline layers tried for each changed layer"));

/// <summary>Completes a version of the archive's format.</summary>
public sealed class FormatVersionCompleter() : NumberCompleter(
    ("1", "Patches layers as they are stored; every reader knows it"),
    ("2", "Patches what is in layers, also in compressed ones"));

/// <summary>Completes a zstd level.</summary>
public sealed class ZstdLevelCompleter()
    : NumberCompleter(Range(1, 22, number => number == 22 ? "The smallest patches" : $"zstd level {number}"));

/// <summary>Completes how often a request is tried again.</summary>
public sealed class RetryCountCompleter() : NumberCompleter(Range(0, 10, number => $"{number} more tries"));

/// <summary>Completes a wait in seconds.</summary>
public sealed class RetryDelayCompleter() : NumberCompleter(("0", "No wait"), ("1", "1 second"), ("2", "2 seconds"),
    ("5", "5 seconds"), ("10", "10 seconds"), ("30", "30 seconds, the most"));

/// <summary>Completes a number of bytes.</summary>
public sealed class ByteSizeCompleter() : NumberCompleter(
    ("0", "No limit"), ("512MiB", "512 MiB"), ("1GiB", "1 GiB"), ("2GiB", "2 GiB"), ("4GiB", "4 GiB"),
    ("8GiB", "8 GiB"), ("16GiB", "16 GiB"), ("32GiB", "32 GiB"));

/// <summary>Completes how large an archive may be.</summary>
public sealed class SizeLimitCompleter() : NumberCompleter(
    ("5%", "5 per cent of the images"), ("10%", "10 per cent of the images"), ("25%", "25 per cent of the images"),
    ("50%", "50 per cent of the images"), ("100%", "No more than the images"), ("50MiB", "50 MiB"),
    ("100MiB", "100 MiB"), ("200MiB", "200 MiB"), ("500MiB", "500 MiB"), ("1GiB", "1 GiB"));
