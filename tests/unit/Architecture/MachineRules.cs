using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Diffah.Tests.Architecture;

/// <summary>
/// What code does not do that has to give the same bytes on every machine: reckon with fractions, whose last bits are
/// not the same everywhere, and take bytes in the order of the machine.
/// </summary>
internal static class MachineRules
{
    private static readonly HashSet<string> Fractions =
    [
        "System.Single", "System.Double", "System.Decimal", "System.Half", "System.Runtime.InteropServices.NFloat",
    ];

    private static readonly string[] OwnOrder =
    [
        "System.BitConverter", "System.HashCode", "System.Random", "System.Environment",
        "System.Runtime.InteropServices.MemoryMarshal::Cast", "System.Runtime.InteropServices.MemoryMarshal::Read",
        "System.Runtime.InteropServices.MemoryMarshal::TryRead", "System.Runtime.InteropServices.MemoryMarshal::Write",
        "System.Runtime.InteropServices.MemoryMarshal::AsBytes", "System.Runtime.InteropServices.MemoryMarshal::AsRef",
        "System.Runtime.CompilerServices.Unsafe::ReadUnaligned", "System.Runtime.CompilerServices.Unsafe::As",
    ];

    /// <summary>The uses that are not allowed in some namespaces, one line each.</summary>
    public static IEnumerable<string> Violations(AssemblyScan scan, params string[] namespaces)
    {
        bool IsWithin(TypeReference type) => namespaces.Contains(TypeReferences.NamespaceOf(type));
        var types = from use in scan.Uses
                    where IsWithin(use.User) && Fractions.Contains(use.Used.FullName)
                    select $"{use.User.FullName} uses {use.Used.FullName}";
        var calls = from call in scan.Calls
                    where IsWithin(call.Caller.DeclaringType)
                    let called = $"{call.Called.DeclaringType.FullName}::{call.Called.Name}"
                    where OwnOrder.Any(o => called.StartsWith(o + (o.Contains("::", StringComparison.Ordinal) ? "" : "::"),
                        StringComparison.Ordinal))
                    select $"{call.Caller.FullName} calls {called}";
        var bodies = from method in scan.Methods
                     where method.HasBody && IsWithin(method.DeclaringType)
                         && method.Body.Instructions.Any(i => IsOfFractions(i.OpCode.Code))
                     select $"{method.FullName} reckons with fractions";
        return types.Concat(calls).Concat(bodies).Distinct();
    }

    private static bool IsOfFractions(Code code) =>
        code is Code.Ldc_R4 or Code.Ldc_R8 or Code.Conv_R4 or Code.Conv_R8 or Code.Conv_R_Un;
}
