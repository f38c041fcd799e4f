using System.Globalization;
using Diffah.Engine.Images.Comparison.Entries;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Images.Comparison;

/// <summary>A property that two entries do not share.</summary>
/// <param name="Property">The property.</param>
/// <param name="Reference">Its value in the first one; null where it has none.</param>
/// <param name="Difference">Its value in the other one.</param>
/// <param name="Classes">The classes that it belongs to.</param>
internal sealed record EntryDifference(
    string Property, string? Reference, string? Difference, IgnoredDifferences Classes = IgnoredDifferences.None);

/// <summary>Compares two entries of one path.</summary>
internal static class EntryComparison
{
    /// <summary>The properties that differ, but for where hard links lead.</summary>
    /// <param name="left">One entry.</param>
    /// <param name="right">The other one.</param>
    public static IEnumerable<EntryDifference> Compare(LayerEntry left, LayerEntry right) =>
        ReferenceEquals(left, right) ? [] : Of(left, right).OfType<EntryDifference>();

    /// <summary>What an entry is, in words.</summary>
    /// <param name="entry">The entry.</param>
    public static string TypeText(LayerEntry entry) => entry.Type switch
    {
        EntryType.File => "file",
        EntryType.HardLink => "hard link",
        EntryType.SymbolicLink => "symbolic link",
        EntryType.Directory => "directory",
        EntryType.CharacterDevice => "character device",
        EntryType.BlockDevice => "block device",
        EntryType.Fifo => "FIFO",
        _ => string.Create(CultureInfo.InvariantCulture, $"entry of type 0x{entry.Metadata.Type:x2}"),
    };

    /// <summary>
    /// The first part of the headers that says the same in another way; null where there is none, and where the types
    /// differ.
    /// </summary>
    /// <param name="left">One entry.</param>
    /// <param name="right">The other one.</param>
    /// <param name="differences">What was found to differ.</param>
    public static TarPart? WrittenOtherwise(
        LayerEntry left, LayerEntry right, IReadOnlyCollection<EntryDifference> differences)
    {
        if (left.Type != right.Type || ReferenceEquals(left, right))
            return null;
        var (one, other) = (left.Metadata.Form, right.Metadata.Form);
        foreach (var part in Enum.GetValues<TarPart>())
        {
            if (one[part] != other[part] && !IsExplained(part) && !IsLacking(part))
                return part;
        }
        return null;

        bool IsExplained(TarPart part) => differences.Any(d => PropertiesOf(part).Contains(d.Property));

        bool IsLacking(TarPart part) =>
            part is TarPart.ExtendedHeader or TarPart.ExtendedTime && (one[part] == 0 || other[part] == 0);
    }

    private static IEnumerable<EntryDifference?> Of(LayerEntry left, LayerEntry right)
    {
        var (one, other) = (left.Metadata, right.Metadata);
        if (left.Type != right.Type || (left.Type == EntryType.Other && one.Type != other.Type))
            yield return new(DifferenceProperty.Type, TypeText(left), TypeText(right));
        if (left.HasContent && right.HasContent && !left.HasSameContent(right))
            yield return new(DifferenceProperty.Content, HashText(left), HashText(right));
        yield return Text(DifferenceProperty.Mode, one.Mode, other.Mode, ModeText, IgnoredDifferences.FileMode);
        yield return Owner(
            DifferenceProperty.Owner, (one.UserId, one.UserName), (other.UserId, other.UserName));
        yield return Owner(
            DifferenceProperty.Group, (one.GroupId, one.GroupName), (other.GroupId, other.GroupName));
        yield return Text(DifferenceProperty.ModifiedTime, one.ModifiedTime, other.ModifiedTime, t => t.ToString(),
            IgnoredDifferences.Timestamp);
        yield return Text(DifferenceProperty.OtherTime, OtherTimes(one), OtherTimes(other), t => t,
            IgnoredDifferences.Timestamp);
        if (left.Type == EntryType.SymbolicLink && right.Type == EntryType.SymbolicLink)
            yield return Text(DifferenceProperty.Link, left.LinkName, right.LinkName, t => t);
        yield return Text(DifferenceProperty.Device, DeviceText(left), DeviceText(right), t => t);
        if (XattrTexts(one, other) is var (mine, theirs))
            yield return new(DifferenceProperty.Xattr, mine, theirs, IgnoredDifferences.Xattr);
    }

    private static EntryDifference? Text<T>(
        string property, T left, T right, Func<T, string?> text,
        IgnoredDifferences classes = IgnoredDifferences.None) =>
        EqualityComparer<T>.Default.Equals(left, right)
            ? null
            : new EntryDifference(property, text(left), text(right), classes);

    // What unpacks layers goes by numbers: a tar without names says the same.
    private static EntryDifference? Owner(string property, (long Id, string Name) left, (long Id, string Name) right)
    {
        var isWriting = left.Id == right.Id && (left.Name.Length == 0) != (right.Name.Length == 0);
        return Text(property, left, right, OwnerText,
            isWriting ? IgnoredDifferences.TarFormat : IgnoredDifferences.None);
    }

    private static string OwnerText((long Id, string Name) owner) => owner.Name.Length == 0
        ? owner.Id.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{owner.Id} ({owner.Name})");

    private static string ModeText(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static string HashText(LayerEntry entry) => $"sha256:{Convert.ToHexStringLower(entry.Hash!)}";

    private static string? OtherTimes(TarMetadata metadata) => (metadata.AccessTime, metadata.ChangeTime) switch
    {
        (null, null) => null,
        ({ } read, null) => $"read {read}",
        (null, { } changed) => $"changed {changed}",
        ({ } read, { } changed) => $"read {read}, changed {changed}",
    };

    private static string? DeviceText(LayerEntry entry) =>
        entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice
            ? string.Create(CultureInfo.InvariantCulture, $"{entry.Metadata.DeviceMajor}, {entry.Metadata.DeviceMinor}")
            : null;

    // Only what differs is told.
    private static (string? Left, string? Right)? XattrTexts(TarMetadata left, TarMetadata right)
    {
        var names = left.Attributes.Keys.Union(right.Attributes.Keys, StringComparer.Ordinal)
            .Where(n => left.Attributes.GetValueOrDefault(n) != right.Attributes.GetValueOrDefault(n)).ToList();
        return names.Count == 0 ? null : (Texts(left), Texts(right));

        string? Texts(TarMetadata metadata)
        {
            var texts = names.Where(metadata.Attributes.ContainsKey).Select(n => $"{n}={metadata.Attributes[n].Text}");
            return string.Join(", ", texts) is { Length: > 0 } text ? text : null;
        }
    }

    private static string[] PropertiesOf(TarPart part) => part switch
    {
        TarPart.Mode => [DifferenceProperty.Mode],
        TarPart.Owner => [DifferenceProperty.Owner],
        TarPart.Group => [DifferenceProperty.Group],
        TarPart.Content => [DifferenceProperty.Content],
        TarPart.ModifiedTime or TarPart.ExtendedTime => [DifferenceProperty.ModifiedTime],
        TarPart.OtherTime => [DifferenceProperty.OtherTime],
        TarPart.Link => [DifferenceProperty.Link],
        TarPart.Device => [DifferenceProperty.Device],
        TarPart.Attributes => [DifferenceProperty.Xattr],
        // Some writers give an extended header the permissions and the owner of its file.
        TarPart.ExtendedHeader => [DifferenceProperty.Mode, DifferenceProperty.Owner, DifferenceProperty.Group],
        _ => [],
    };
}
