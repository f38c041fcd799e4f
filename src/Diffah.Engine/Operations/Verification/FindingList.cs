using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Operations.Verification;

/// <summary>Gathers what the checks of an archive find.</summary>
/// <param name="archivePath">Absolute path of the archive.</param>
/// <param name="progress">Told of each check.</param>
internal sealed class FindingList(string archivePath, ProgressScope progress)
{
    private readonly ImmutableArray<ArchiveFinding>.Builder _findings = ImmutableArray.CreateBuilder<ArchiveFinding>();

    /// <summary>What a finding about the archive as a whole is about.</summary>
    public string ArchiveName { get; } = Path.GetFileName(archivePath);

    public ImmutableArray<ArchiveFinding> ToImmutable() => _findings.ToImmutable();

    public void Ok(string check, string subject, string detail) =>
        Add(new ArchiveFinding(check, FindingStatus.Ok, subject, detail, ""));

    public void Skipped(string check, string subject, string detail, string hint) =>
        Add(new ArchiveFinding(check, FindingStatus.Skipped, subject, detail, hint));

    public void Warn(string check, string subject, string detail, string hint) =>
        Add(new ArchiveFinding(check, FindingStatus.Warn, subject, detail, hint));

    public void Fail(string check, string subject, DiffahException error) =>
        Add(new ArchiveFinding(
            check, FindingStatus.Fail, subject, error.Message, error.NextAction, DiffahProblem.Of(error)));

    /// <summary>
    /// Runs a check and says how it ended. An error that is not the archive's (a full disk, a missing library) ends all
    /// checks: it says nothing about the archive.
    /// </summary>
    /// <param name="check">What is checked.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="run">Checks; gives what was found right.</param>
    /// <returns>True where it is right.</returns>
    public async Task<bool> CheckAsync(string check, string subject, Func<Task<string>> run)
    {
        try
        {
            Ok(check, subject, await run());
            return true;
        }
        catch (Exception e) when (IsFault(e))
        {
            Fail(check, subject, DiffahException.From(e));
            return false;
        }
    }

    /// <summary>True for what an archive or a baseline can be the reason of.</summary>
    public static bool IsFault(Exception e) => e is InvalidDataException or EndOfStreamException
        || (e is DiffahException typed
            && (typed.Error.Category == DiffahErrorCategory.Content || typed.Error == DiffahErrors.BaselineMismatch
                || typed.Error == DiffahErrors.VolumeMissing));

    private void Add(ArchiveFinding finding)
    {
        _findings.Add(
            finding with { Detail = Printable.Line(finding.Detail), Subject = Printable.Line(finding.Subject) });
        progress.BeginStep($"{finding.Check} {finding.Subject}");
    }
}
