using System.Collections;
using System.Management.Automation;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;

namespace Diffah.PowerShell.Parameters;

/// <summary>
/// Reads the images of a bundle from rows: hashtables, or objects with the properties Name, Baseline and Target.
/// </summary>
/// <param name="paths">Resolves paths.</param>
/// <param name="needsBaseline">Whether each row has a baseline.</param>
internal sealed class PairReader(SessionPaths paths, bool needsBaseline)
{
    private int _row;

    /// <summary>Reads the next row.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="DiffahException">InvalidArgument, InvalidReference; the message says which row it
    /// is.</exception>
    public DeltaPair Read(PSObject row)
    {
        _row++;
        var name = Value(row, nameof(DeltaPair.Name))?.ToString();
        try
        {
            var hasBaseline = needsBaseline
                || !string.IsNullOrEmpty(Value(row, nameof(DeltaPair.Baseline))?.ToString());
            return new DeltaPair(Require(name, nameof(DeltaPair.Name)),
                hasBaseline ? Reference(row, nameof(DeltaPair.Baseline)) : null,
                Reference(row, nameof(DeltaPair.Target)));
        }
        catch (DiffahException e)
        {
            throw new DiffahException(
                e.Error, $"Row {_row}{(string.IsNullOrEmpty(name) ? "" : $" ({name})")}: {e.Message}", e.NextAction,
                e.InnerException);
        }
    }

    private ImageReference Reference(PSObject row, string column) =>
        References.Read(paths, Require(Value(row, column), column));

    private static object? Value(PSObject row, string column) => row.BaseObject is IDictionary table
        ? table.Keys.Cast<object>().Where(key => column.Equals(key.ToString(), StringComparison.OrdinalIgnoreCase))
            .Select(key => table[key]).FirstOrDefault()
        : row.Properties[column]?.Value;

    private static T Require<T>(T? value, string column) where T : class => !string.IsNullOrEmpty(value?.ToString())
        ? value
        : throw new DiffahException(
            DiffahErrors.InvalidArgument, $"{column} is missing.", "Give each row a Name, a Baseline and a Target.");
}
