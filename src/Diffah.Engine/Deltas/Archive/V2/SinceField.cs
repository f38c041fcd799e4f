using System.Globalization;
using System.Text.Json;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>What a sidecar says of the inventory that the archive was made for: <c>since</c>.</summary>
internal static class SinceField
{
    private const string Name = "since";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Reads it; null where the archive was not made for an inventory.</summary>
    /// <param name="root">The sidecar.</param>
    /// <param name="fieldsOf">Reads an object in it.</param>
    /// <exception cref="Diagnostics.DiffahException">ArchiveInvalid, InvalidDigest.</exception>
    public static ArchiveSince? Read(SidecarFields root, Func<JsonElement, string, SidecarFields> fieldsOf)
    {
        if (root.OptionalObject(Name) is not { } value)
            return null;
        var fields = fieldsOf(value, $"what {Name} says");
        var inventory = Digest.Parse(fields.Text("inventory"));
        var text = fields.Text("created_at");
        fields.TellUnknown();
        return DateTimeOffset.TryParseExact(text, TimeForm, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var created)
            ? new ArchiveSince(inventory, created)
            : throw SidecarFields.Invalid($"{Name} has no time");
    }

    /// <summary>Writes it; nothing where there is none.</summary>
    /// <param name="json">The sidecar.</param>
    /// <param name="since">What it says.</param>
    public static void Write(Utf8JsonWriter json, ArchiveSince? since)
    {
        if (since is null)
            return;
        json.WriteStartObject(Name);
        json.WriteString("inventory", since.Inventory.ToString());
        json.WriteString("created_at", since.CreatedAt.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
