using System.Management.Automation;
using Diffah.Engine.Configuration;

namespace Diffah.PowerShell.Parameters;

/// <summary>Reads the parameters that are knobs: those that a row of the one table names.</summary>
internal static class KnobParameters
{
    /// <summary>What the parameters say. Paths are as they were passed.</summary>
    /// <param name="bound">The parameters that were given, by name.</param>
    /// <exception cref="Engine.Diagnostics.DiffahException">InvalidArgument: a value is none of its knob.</exception>
    public static KnobValues Read(IReadOnlyDictionary<string, object> bound) => Knobs.All
        .Where(knob => bound.ContainsKey(knob.Parameter))
        .Aggregate(KnobValues.None,
            (values, knob) => values.With(knob, knob.Read(Unwrap(bound[knob.Parameter]), $"-{knob.Parameter}")));

    /// <summary>The knobs that a cmdlet has parameters for.</summary>
    /// <param name="cmdlet">The cmdlet's class.</param>
    public static IEnumerable<Knob> Of(Type cmdlet) =>
        Knobs.All.Where(knob => cmdlet.GetProperty(knob.Parameter) is not null);

    private static object Unwrap(object value) => value switch
    {
        PSObject wrapped => Unwrap(wrapped.BaseObject),
        SwitchParameter on => on.IsPresent,
        _ => value,
    };
}
