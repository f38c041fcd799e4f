using System.Management.Automation;
using Diffah.Engine.Diagnostics;

namespace Diffah.PowerShell.Errors;

/// <summary>Makes PowerShell's error records from the engine's one error table.</summary>
internal static class ErrorRecords
{
    // A key is the same for all inputs of a command.
    private static readonly DiffahError[] Common =
        [DiffahErrors.DiskFull, DiffahErrors.KeyInvalid, DiffahErrors.SigningReserved];

    /// <summary>The record of an error: id, category and recommended action are those of the table.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="target">What the user passed.</param>
    public static ErrorRecord Create(DiffahException exception, object? target) =>
        new(exception, exception.Error.Code, Enum.Parse<ErrorCategory>(exception.Error.PowerShellCategory), target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = exception.NextAction },
        };

    /// <summary>True where the next input would fail for the same reason, so that going on makes no sense.</summary>
    /// <param name="exception">The error.</param>
    public static bool FailsEveryInput(DiffahException exception) => Common.Contains(exception.Error);
}
