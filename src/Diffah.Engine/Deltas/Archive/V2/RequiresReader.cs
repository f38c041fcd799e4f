using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>
/// Reads what an archive requires of its reader, before anything else is read: what is required may change what the
/// rest means.
/// </summary>
internal static partial class RequiresReader
{
    /// <summary>The list's name in sidecars.</summary>
    public const string Name = "requires";

    /// <summary>Reads the list; empty where there is none.</summary>
    /// <param name="root">The sidecar.</param>
    /// <exception cref="DiffahException">ArchiveInvalid; ArchiveVersionUnknown: this build does not know a
    /// name.</exception>
    public static ImmutableSortedSet<string> Read(SidecarFields root)
    {
        var names = RequiredFeatures.None.ToBuilder();
        foreach (var item in root.OptionalArray(Name))
        {
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { } name || !Form().IsMatch(name))
                throw SidecarFields.Invalid($"{Name} has something that is not a name");
            if (!names.Add(name))
                throw SidecarFields.Invalid($"{Name} has '{name}' twice");
            if (names.Count > RequiredFeatures.MaximumCount)
                throw SidecarFields.Invalid($"{Name} has more than {RequiredFeatures.MaximumCount} names");
        }
        var unknown = names.Except(RequiredFeatures.Known).Select(n => $"'{n}'").ToArray();
        return unknown.Length == 0
            ? names.ToImmutable()
            : throw new DiffahException(DiffahErrors.ArchiveVersionUnknown,
                $"The archive requires {ShortText.List(unknown, " and ")} of its reader, which this build does not "
                    + "know.",
                "Upgrade Diffah, or make the delta again with a version this build reads.");
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,63}\z")]
    private static partial Regex Form();
}
